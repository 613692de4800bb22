import Contract
import LeadModel

/// What a fleet says of a few records, at random, in the order in which it was committed.
struct ResultHistory {
    private var random: SplitMix
    private(set) var results: [ReadResult] = []
    /// Scorings of records that were not erased.
    var scorings: Set<String> {
        let erased = Set(results.compactMap { $0.record?.what == .notice(.erased) ? $0.record?.id : nil })
        return Set(
            results.compactMap { result in
                guard let record = result.record, !erased.contains(record.id), let scoring = record.scoring else {
                    return nil
                }
                return "\(record.id):\(scoring.revision)"
            })
    }

    init(seed: UInt64, records: Int, steps: Int) {
        random = SplitMix(state: seed)
        var latest: [Int: RecordResult] = [:]
        for step in 1...steps {
            let revision = UInt64(1_795_000_000_000 + step)
            let number = Int(random.next() % UInt64(records))
            if random.next() % 20 == 0 {
                eraseContact(revision, &latest)
                continue
            }
            let former = latest[number]
            guard former?.what != .notice(.erased) else { continue }
            let result = result(after: former, number, revision)
            latest[number] = result
            results.append(.ofRecord(result))
        }
    }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int(random.next() % UInt64(elements.count))]
    }

    private mutating func result(after former: RecordResult?, _ number: Int, _ revision: UInt64) -> RecordResult {
        var result = RecordResult(
            organization: "acme", entity: number % 3 == 0 ? .opportunity : .lead, id: Exact("R\(number)"),
            revision: revision, what: .scored, state: former?.state ?? state(revision), scoring: former?.scoring,
            reason: former?.reason, lowEvidence: former?.lowEvidence)
        if former == nil || random.next() % 3 > 0 {
            result.state?.status = .open
            result.state?.outcome = nil
            result.state?.closedAt = nil
            result.scoring = scoring(revision)
            result.reason = .init(phrase: pick(["Web is a fair source", "many visits"]), contribution: 0.5)
            result.lowEvidence = false
            return result
        }
        let kind = pick(Notice.Kind.allCases.filter { $0 != .erased || random.next() % 3 == 0 })
        result.what = .notice(kind)
        switch kind {
        case .closed:
            let outcome: Status = pick([.qualified, .disqualified])
            result.state?.status = outcome
            result.state?.outcome = outcome
            result.state?.closedAt = Moment(milliseconds: Int64(revision) - 500)
        case .changed:
            result.state = state(revision)
            result.scoring?.grade = pick(Grade.allCases)
        case .deleted: result.state = nil
        case .erased:
            result.state = nil
            (result.scoring, result.reason, result.lowEvidence) = (nil, nil, nil)
        case .unscored: (result.scoring, result.reason, result.lowEvidence) = (nil, nil, nil)
        }
        return result
    }

    private mutating func state(_ revision: UInt64) -> RecordResult.State {
        .init(
            status: .open, name: pick(["Ann Example", "Béa", nil]), owner: pick(["eva", "Otto", nil]),
            process: nil, stage: pick(["new", nil]), contact: pick(["C0", "C1", "C2", nil]),
            createdAt: pick([nil, Moment(milliseconds: Int64(revision))]),
            closedAt: nil, outcome: nil)
    }

    private mutating func scoring(_ revision: UInt64) -> Scoring {
        var scoring = Scoring(
            revision: revision, model: ModelVersion(name: "m", version: Int(random.next() % 3) + 1),
            evidence: Evidence(bins: (0..<4).map { _ in UInt16(random.next() % 400) }),
            probability: Double(random.next() % 1000) / 1000, grade: pick(Grade.allCases), previousScore: nil,
            previousGrade: nil, trigger: pick([.realtime, .sweep]), at: Moment(milliseconds: Int64(revision)))
        if random.next() % 4 == 0 {
            scoring.former = .init(model: ModelVersion(name: "m", version: 9), evidence: Evidence(bins: [1, 2]))
        }
        return scoring
    }

    /// Named by a few; whose later notices have no evidence of the scorings up to it.
    private mutating func eraseContact(_ revision: UInt64, _ latest: inout [Int: RecordResult]) {
        let contact: Exact = pick(["C0", "C1", "C2"])
        // The registry does not know all that named it once.
        let naming = latest.keys.sorted().filter { latest[$0]?.state?.contact == contact }
        for number in naming where latest[number]?.scoring != nil {
            latest[number]?.scoring?.evidence = Evidence(bins: [])
            latest[number]?.scoring?.former = nil
            latest[number]?.reason = nil
            latest[number]?.lowEvidence = nil
        }
        func ids(_ isOpportunity: Bool) -> [Exact] {
            naming.filter { ($0 % 3 == 0) == isOpportunity }.map { Exact("R\($0)") }
        }
        results.append(
            .contactErased(
                ContactErased(
                    organization: "acme", id: contact, revision: revision, leads: ids(false), opportunities: ids(true)))
        )
    }

    /// In any order, with some of them again.
    func shuffled(seed: UInt64) -> [ReadResult] {
        var random = SplitMix(state: seed)
        let again = results.filter { _ in random.next() % 3 == 0 }
        return (results + again).shuffled(using: &random)
    }
}

extension ReadResult {
    var record: RecordResult? { if case .ofRecord(let result) = self { result } else { nil } }
}

/// Steele, Lea, Flood: Fast splittable pseudorandom number generators (2014).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
