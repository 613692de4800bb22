import Embedded
import Foundation
import LeadModel
import LeadTrainer
import Redis
import Registry

/// What open records of 30 attributes with their scores take of Redis's memory, once each: scored as they came; and come
/// as a snapshot of fifteen attributes and three patches of five under two prefixes, scored again by a sweep.
struct StoreComparison {
    var records: Int
    var folder: String

    enum Way: String, CaseIterable, Codable { case snapshot, patched }

    struct Figures: Codable {
        var bench = "store"
        var records: Int
        /// What the requirement allows, for a million.
        var bar = 1_000_000_000
        /// used_memory after minus before.
        var bytes: [String: Int] = [:]
        var bytesEach: [String: Double] = [:]
        /// Of that the stored record itself, in the mean.
        var blobEach: [String: Double] = [:]

        func json() throws -> String {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }

        var text: String {
            Way.allCases.map { way in
                "\(way.rawValue.padding(toLength: 10, withPad: " ", startingAt: 0))"
                    + String(
                        format: "%12d bytes of Redis, %.1f a record, %.1f of them the record's own",
                        bytes[way.rawValue] ?? 0, bytesEach[way.rawValue] ?? 0, blobEach[way.rawValue] ?? 0)
            }.joined(separator: "\n") + "\n\(records) records; the bar is \(bar) bytes for a million"
        }
    }

    func run() throws -> Figures {
        note("leads and a scorecard are made")
        let now = Moment(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
        let leads = try BenchLeads(now: now)
        var figures = Figures(records: records)
        for way in Way.allCases {
            let redis = EmbeddedRedis(folder: folder + "/store", fsync: .everysecond)
            try redis.start()
            defer {
                redis.kill()
                redis.stop()
                try? FileManager.default.removeItem(atPath: folder + "/store")
            }
            let filling = try Filling(redis: redis.url, leads: leads, way: way, now: now)
            let (bytes, blobs) = try filling.fill(records)
            figures.bytes[way.rawValue] = bytes
            figures.bytesEach[way.rawValue] = (Double(bytes) * 10 / Double(records)).rounded() / 10
            figures.blobEach[way.rawValue] = (Double(blobs) * 10 / Double(records)).rounded() / 10
            note("\(way.rawValue): \(bytes / records) bytes a record")
        }
        return figures
    }
}

/// Records stored as a worker stores them, one way, in an empty Redis.
private struct Filling {
    private static let partitions = 16
    private static let step = 2000

    let redis: RedisConnection
    let store: RecordStore
    let leads: BenchLeads
    let way: StoreComparison.Way
    let now: Moment
    private let version = ModelVersion(name: "default", version: 1)

    init(redis url: String, leads: BenchLeads, way: StoreComparison.Way, now: Moment) throws {
        redis = try RedisConnection(RedisAddress(url), timeout: .seconds(60))
        store = RecordStore(redis)
        (self.leads, self.way, self.now) = (leads, way, now)
    }

    /// - Returns: what it took of Redis's memory, and of that the blobs.
    func fill(_ count: Int) throws -> (bytes: Int, blobs: Int) {
        let before = try usedMemory()
        for start in stride(from: 0, to: count, by: Self.step) {
            try store(start..<min(count, start + Self.step))
            if start > 0, start % 200_000 == 0 { note("\(way.rawValue): \(start) records") }
        }
        var blobs = 0
        for number in 0..<1000 {
            let place = place(number * (count / 1000))
            blobs += Int(try redis.call("HSTRLEN", place.partition.records, place.id.text).int ?? 0)
        }
        for number in 0..<Self.partitions {
            let partition = partition(number)
            guard try redis.call("EXISTS", partition.dirty, partition.work).int == 0 else {
                throw BenchError("a set is not empty")
            }
        }
        return (try usedMemory() - before, blobs * (count / 1000))
    }

    private func store(_ numbers: Range<Int>) throws {
        let places = numbers.map(place)
        var records = try store.load(places).records
        for turn in 0..<(way == .snapshot ? 1 : 5) {
            var changes: [RecordStore.Change] = []
            for (index, number) in numbers.enumerated() {
                let event = turn < 4 ? event(turn, of: number, id: places[index].id) : nil
                let isScored = turn == 0 || turn == 4
                var circumstances = Decision.Circumstances(published: version)
                if turn == 4 { circumstances.sweep = .init(number: UInt64(now.milliseconds), scores: true) }
                let base = records[index]
                let decision = Decision(
                    about: MergedRecord(base: base, events: event.map { [$0] } ?? []), in: circumstances)
                guard decision.isDue == isScored else { throw BenchError("a score is due at the wrong time") }
                records[index] = decision.committed(now: now) { scoring(of: decision.record, base.scoring, $0) }
                changes.append(
                    .init(
                        place: places[index], expected: base.revision, record: records[index], isScored: isScored,
                        counts: turn == 0))
            }
            guard try store.commit(changes, now: now).allSatisfy({ $0 == .stored }) else {
                throw BenchError("a record of the bench was not stored")
            }
        }
    }

    private func scoring(of record: Record, _ former: Scoring?, _ revision: UInt64) -> Scoring {
        let evidence = leads.scorecard.evidence(of: record, at: now)
        let probability = leads.scorecard.probability(evidence)
        return Scoring(
            revision: revision, model: version, evidence: evidence, probability: probability,
            grade: GradeRanges.standard.grade(of: score(probability: probability)), previousScore: former?.score,
            previousGrade: former?.grade, trigger: former == nil ? .realtime : .sweep, at: now)
    }

    // MARK: Events

    /// As long as a CRM's ids are.
    private func place(_ number: Int) -> RecordStore.Place {
        let id = Exact("00Q5g00000" + String(repeating: "0", count: 8 - String(number).count) + String(number))
        return .init(
            partition: Partition(of: id, kind: .lead, organization: "bench", count: Self.partitions), id: id)
    }

    private func partition(_ number: Int) -> Partition {
        Partition(organization: "bench", kind: .lead, number: number)
    }

    /// The snapshot, and the patches after it: each a second later, with microseconds as clocks have them.
    private func event(_ turn: Int, of number: Int, id: Exact) -> RecordEvent {
        let lead = leads.leads[number % leads.leads.count]
        var random = SplitMix64(seed: UInt64(number) &* 31 &+ UInt64(turn))
        let microseconds = now.microseconds - 3_600_000_000 + Int64(number % 1_000_000) * 1000
        let time = Moment(
            microseconds: microseconds + Int64(turn) * 300_000_000 + Int64(random.index(below: 1_000_000)))
        let attributes = lead.attributes.sorted { $0.name < $1.name }
        var fields: [FieldValue] = []
        switch way {
        case .snapshot: fields = attributes.map { said($0) }
        case .patched where turn == 0: fields = attributes.prefix(15).map { said($0) }
        case .patched:
            let prefix = turn == 2 ? "product" : "web"
            fields = (0..<5).map { place in
                let attribute = attributes[(15 + (turn - 1) * 5 + place) % attributes.count]
                let name = attribute.name.text.replacing(".", with: "-")
                return said((Exact("\(prefix).\(name)"), attribute.value))
            }
        }
        if turn == 0 { fields += [FieldValue(.name, .text(lead.name)), FieldValue(.owner, .text(lead.owner))] }
        return RecordEvent(
            kind: .lead, verb: turn == 0 ? .created : .updated, recordID: id, source: "crm/bench",
            id: "\(number)-\(turn)",
            time: time, isPatch: turn > 0, fields: fields)
    }

    private func said(_ attribute: (name: Exact, value: Value)) -> FieldValue {
        FieldValue(.attribute(AttributeName(attribute.name)), attribute.value)
    }

    private func usedMemory() throws -> Int {
        let info = try redis.call("INFO", "memory").text ?? ""
        for line in info.split(whereSeparator: \.isNewline) where line.hasPrefix("used_memory:") {
            if let bytes = Int(line.dropFirst("used_memory:".count)) { return bytes }
        }
        throw BenchError("Redis does not tell its memory")
    }
}
