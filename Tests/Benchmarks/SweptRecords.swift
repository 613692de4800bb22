import Contract
import Fleet
import Foundation
import LeadModel
import Registry

// What a sweep works off: open records that were scored and changed since.

extension Ground {
    private static let model = ModelVersion(name: "bench", version: 1)
    /// Records that one round trip stores.
    private static let step = 2000

    /// Stores records as a worker leaves them: scored as they came, and then five of their attributes patched. No message
    /// is sent for it.
    ///
    /// - Returns: what their ids begin with.
    @discardableResult
    func storeChanged(_ count: Int) throws -> String {
        let run = newRun()
        let store = RecordStore(store)
        let registry = RegistryWriter(self.store, author: "bench")
        let (now, epoch) = (try registry.now(), try registry.epoch(of: Self.organization))
        for start in stride(from: 0, to: count, by: Self.step) {
            let numbers = start..<min(count, start + Self.step)
            let places = numbers.map { place($0, of: run) }
            // Brings the dictionaries of names up to date; there are no such records yet.
            _ = try store.load(places)
            let changes = zip(numbers, places).map { number, place in
                var change = RecordStore.Change(
                    place: place, expected: 0, record: changed(number, id: place.id, now: now), isScored: false,
                    counts: false)
                change.epoch = epoch
                return change
            }
            guard try store.commit(changes, now: now).allSatisfy({ $0 == .stored }) else {
                throw BenchError("a record of the bench was not stored")
            }
        }
        return run
    }

    private func place(_ number: Int, of run: String) -> RecordStore.Place {
        let id = Exact("\(run)-\(number)")
        return .init(
            partition: Partition(of: id, kind: .lead, organization: Self.organization, count: Self.partitions), id: id)
    }

    private func changed(_ number: Int, id: Exact, now: Moment) -> Record {
        let lead = leads.leads[number % leads.leads.count]
        let others = leads.leads[(number + 1) % leads.leads.count].attributes
        let snapshot =
            [FieldValue(.name, .text(lead.name)), FieldValue(.owner, .text(lead.owner))] + lead.attributes.map(said)
        // No lead has the last of them: it is a change for sure. No event has a field twice.
        let patch =
            (0..<4).map { said(others[(number + $0 * 5) % others.count]) }
            + [FieldValue(.attribute(AttributeName(Exact("bench.patched"))), .number(Double(number)))]
        var record = Record()
        for (turn, fields) in [snapshot, patch].enumerated() {
            let time = now.adding(seconds: Int64(turn) * 60 - 7200)
            let event = RecordEvent(
                kind: .lead, verb: turn == 0 ? .created : .updated, recordID: id, source: "crm/bench",
                id: "\(number)-\(turn)", time: time, isPatch: turn > 0, fields: fields)
            let decision = Decision(
                about: MergedRecord(base: record, events: [event]), in: .init(published: Self.model))
            let former = record.scoring
            record = decision.committed(now: time) { revision in
                let evidence = leads.scorecard.evidence(of: decision.record, at: time)
                let probability = leads.scorecard.probability(evidence)
                return Scoring(
                    revision: revision, model: Self.model, evidence: evidence, probability: probability,
                    grade: GradeRanges.standard.grade(of: score(probability: probability)),
                    previousScore: former?.score, previousGrade: former?.grade, trigger: .realtime, at: time)
            }
        }
        return record
    }

    private func said(_ attribute: (name: Exact, value: Value)) -> FieldValue {
        FieldValue(.attribute(AttributeName(attribute.name)), attribute.value)
    }

    // MARK: Sweeping

    /// Worker processes of one lane that are taking work, and have nothing to sweep.
    func startWorkers(_ count: Int) throws -> [ChildProcess] {
        let workers = try (0..<count).map { try Contender.worker.start(on: self, python: "", number: $0) }
        for worker in workers {
            try wait(atMost: .seconds(60), for: "a worker to start: \(worker.lastWords)") {
                worker.words.contains("is taking work")
            }
        }
        // The one that the publishing of the model asked for.
        try wait(atMost: .seconds(60), for: "the first sweep") { try isSwept(1) }
        return workers
    }

    /// - Returns: the sweep's number.
    func requestSweep() throws -> Int64 {
        try SweepStore(store).request(
            .run, organization: Self.organization, entity: .lead, now: RedisClock(store).now())
    }

    /// Whether every partition has started that sweep and has no work left.
    func isSwept(_ sweep: Int64) throws -> Bool {
        try sweepStates().allSatisfy { $0.started >= sweep && !$0.hasWork }
    }

    /// Records that the sweep has still to work off.
    func left(of sweep: Int64) throws -> Int {
        try sweepStates().reduce(0) { $0 + $1.left + ($1.started < sweep ? $1.dirty : 0) }
    }

    private func sweepStates() throws -> [SweepState] {
        try SweepStore(store).states(
            of: (0..<Self.partitions).map { Partition(organization: Self.organization, kind: .lead, number: $0) })
    }

    /// Waits for a sweep's end as long as the workers get on with it.
    func awaitSweep(by workers: [ChildProcess], _ left: () throws -> Int) throws {
        var (least, progress) = (Int.max, ContinuousClock.now)
        while true {
            let left = try left()
            if left < least { (least, progress) = (left, .now) }
            if left <= 0 { return }
            guard ContinuousClock.now - progress < Self.patience, workers.allSatisfy(\.isRunning) else {
                throw BenchError(
                    "a sweep is stuck with \(left) records left:\n"
                        + workers.map(\.lastWords).joined(separator: "\n"))
            }
            Thread.sleep(forTimeInterval: 0.01)
        }
    }
}
