import Contract
import LeadModel
import Rabbit
import TestKit

@testable import Fleet
@testable import Registry

/// Redis, the broker and the registry as the turn's protocol sees them, in memory: what is stored, and the scripts by which
/// it changes, each one atomic step. Leads are one partition, accounts and contacts one each.
final class ProtocolWorld {
    struct Key: Hashable, Comparable {
        var kind: RecordKind
        var id: Exact

        static func < (a: Key, b: Key) -> Bool { (a.kind.rawValue, a.id) < (b.kind.rawValue, b.id) }

        /// As it is stored among an entity's referrers.
        var member: String { FanOuts.member(kind, id) }
    }

    /// A result as it goes out: the record and the revision make its id.
    struct Result: Hashable {
        var key: Key
        var revision: UInt64
    }

    /// A result, and the words of the routing key under which it goes.
    struct Sent {
        var result: Result
        var words: String
    }

    struct Message {
        var tag: Int
        var event: RecordEvent
        var isRedelivered = false
        /// The lane that has it unacknowledged.
        var lane: Int?
    }

    /// What is published and set, as a process can know it.
    struct Registry {
        var version: Int?
        /// How often another version was published, or none.
        var publications = 0
        var epoch = 1
        var ranges = GradeRanges.standard
    }

    enum SweepRequest { case run, grades, unscored, republish }

    /// A partition's sweep; of accounts and contacts only the lease counts.
    struct Sweep {
        var started = 0, epoch = 0
        var token: Int64 = 0
        /// Of the last sweep that scored.
        var signature: Signature?
        var scores = false, republishes = false
        /// Which records are still to be added to the work set.
        var filling: Set<SweepStore.Filling> = []
        var lane: Int?
    }

    /// What the scorings of a sweep follow from besides the records: another one makes a full sweep.
    struct Signature: Equatable {
        var version: Int
        var publications: Int
    }

    let left: Set<ProtocolRule>
    var random: SeededGenerator
    /// What consumers' queues do, drawn apart: the histories keep the course that other rules need to be noticed.
    var consumers: SeededGenerator
    /// The organization's `updates: realtime`.
    let scoresUpdates: Bool
    /// A change fans out in its own turn if no more records refer to the entity.
    let few: Int
    var clock: Int64 = 1

    var records: [Key: Record] = [:]
    var dirty: Set<Exact> = [], work: Set<Exact> = [], inFlight: Set<Exact> = []
    /// Without the rule `rename`: the dirty set is yet to be emptied, in a step of its own.
    var clearsDirty = false
    var referrers: [Key: Set<Key>] = [:]
    var fanOuts: [Key: FanOuts.Position] = [:]
    var sweeps: [RecordKind: Sweep] = [:]
    var usage: [Month: (records: Int, scorings: Int)] = [:]

    var registry = Registry()
    var versions = 0
    var requests: [(number: Int, request: SweepRequest)] = []
    /// The number of the last request, the last due time of the daily sweep, and the time in the same count.
    var lastRequest = 0, due = 0, today = 1

    /// What consumers heard who have bound one key alone: the newest revision.
    var heard: [Key: [String: UInt64]] = [:]
    /// The newest that was committed under each key.
    var committed: [Key: [String: UInt64]] = [:]
    /// What a consumer's queue refused.
    var undelivered: [Sent] = []

    var queue: [Message] = []
    var published: [Result] = []

    // What really happened, for the end.
    var scored: [Result: Scoring.Trigger] = [:]
    var scorings = 0
    var counted: [Key: [Month]] = [:]
    /// History that was open for the first time, and of that what was not scored at once.
    var firstOpenings = 0
    var openedUnscored: Set<Key> = []
    /// Where `published` stood when a republication was asked for.
    var republishedFrom: [Int] = []
    var conflicts = 0, lostAnswers = 0, deaths = 0, refusedEpochs = 0, fenced = 0, abandoned = 0, toldMany = 0

    init(seed: UInt64, without left: Set<ProtocolRule>) {
        (random, consumers) = (SeededGenerator(seed: seed), SeededGenerator(seed: seed &+ 1_000_003))
        self.left = left
        scoresUpdates = seed % 3 == 0
        few = random.pick([1, 200])
    }

    func keeps(_ rule: ProtocolRule) -> Bool { !left.contains(rule) }

    /// What a record would say that doesn't remember what a rule has it remember.
    func without(_ record: Record) -> Record {
        var record = record
        if !keeps(.month) { record.monthCounted = nil }
        if !keeps(.seen) { record.creationSeen = false }
        return record
    }

    static func partition(_ kind: RecordKind) -> Partition { Partition(organization: "o", kind: kind, number: 0) }

    static func work(_ key: Key, isRepeat: Bool = false, isFanOut: Bool = false) -> Work {
        Work(organization: "o", kind: key.kind, id: key.id, isRepeat: isRepeat, isFanOut: isFanOut)
    }

    var now: Moment { Moment(milliseconds: clock) }

    func record(_ key: Key) -> Record { records[key] ?? Record() }

    // MARK: The commit script

    struct Change {
        var key: Key
        var expected: UInt64
        var record: Record
        var isScored, counts, fansOut: Bool
        var epoch: Int
        var token: Int64?
    }

    enum Committed { case stored, overtaken, oldRegistry, fenced }

    /// One call: records of one kind, under one token.
    func commit(_ changes: [Change]) -> [Committed] {
        let sweep = sweeps[changes[0].key.kind] ?? Sweep()
        if let token = changes[0].token, token != sweep.token, keeps(.fence) {
            fenced += 1
            return changes.map { _ in .fenced }
        }
        if keeps(.epoch), changes.contains(where: { $0.isScored && $0.epoch < sweep.epoch }) {
            refusedEpochs += 1
            return changes.map { _ in .oldRegistry }
        }
        return changes.map { change in
            guard record(change.key).revision == change.expected || !keeps(.compare) else {
                conflicts += 1
                return .overtaken
            }
            store(change)
            return .stored
        }
    }

    private func store(_ change: Change) {
        let (key, record, former) = (change.key, change.record, record(change.key))
        records[key] = record
        if record.scoring?.revision == record.revision || record.notice?.revision == record.revision {
            let news = [
                record.scoring.map { ($0.revision, Transition($0).words) },
                record.notice.map { ($0.revision, Transition($0).words) },
            ]
            for case (record.revision, let words)? in news { committed[key, default: [:]][words] = record.revision }
        }
        let isFirstOpening =
            former.creationSeen && !former.isOpen && former.monthCounted == nil && record.isOpen && key.kind == .lead
        if isFirstOpening, registry.version != nil, change.epoch == registry.epoch {
            firstOpenings += 1
            if !change.isScored { openedUnscored.insert(key) }
        }
        if key.kind == .lead {
            if record.isPending { dirty.insert(key.id) } else { dirty.remove(key.id) }
        }
        if change.fansOut, keeps(.telling) {
            let beginning = FanOuts.Position(revision: record.revision)
            let last = keeps(.anew) ? [] : fanOuts[key]?.last ?? []
            fanOuts[key] = FanOuts.Position(bytes: beginning.bytes + last)
        }
        guard change.isScored, let scoring = record.scoring, let month = record.monthCounted else { return }
        usage[month, default: (0, 0)].scorings += 1
        scored[Result(key: key, revision: scoring.revision)] = scoring.trigger
        scorings += 1
        guard change.counts else { return }
        usage[month, default: (0, 0)].records += 1
        counted[key, default: []].append(month)
    }

    // MARK: Consumers

    /// Sends a result to all consumers; the queue of the one that has bound this key alone may refuse it.
    func send(_ sent: Sent, isRefused: Bool) {
        published.append(sent.result)
        guard !isRefused else { return undelivered.append(sent) }
        let (key, revision) = (sent.result.key, sent.result.revision)
        heard[key, default: [:]][sent.words] = max(revision, heard[key]?[sent.words] ?? 0)
    }

    /// One result as the relay sends it again.
    func relay(isRefused: Bool) {
        guard !undelivered.isEmpty else { return }
        let sent = undelivered.removeFirst()
        let (key, record) = (sent.result.key, record(sent.result.key))
        guard let name = Self.name(of: sent), let result = name.result(of: record) else { return }
        let revision = result.content == .scoring ? record.scoring?.revision : record.notice?.revision
        guard let revision, keeps(.refused) || revision == sent.result.revision else { return }
        send(Sent(result: Result(key: key, revision: revision), words: sent.words), isRefused: isRefused)
    }

    private static func name(of sent: Sent) -> UndeliveredName? {
        let id = ResultID(sent.result.key.kind, sent.result.key.id, sent.result.revision)
        var properties = Properties(messageID: id.description)
        properties.headers[Names.Header.origin] = .text("o.lead.\(sent.words)")
        return UndeliveredName(properties)
    }

    // MARK: The registry's scripts

    private func request(_ request: SweepRequest) {
        lastRequest = max(today, lastRequest + 1)
        requests.append((lastRequest, request))
    }

    func publish(_ version: Int) {
        guard version != registry.version else { return }
        registry.version = version
        registry.publications += 1
        registry.epoch += 1
        if version > versions { versions = version }
        if version == 1, versions == 1 { request(.run) }
    }

    func deleteModel() {
        guard registry.version != nil else { return }
        registry.version = nil
        registry.publications += 1
        registry.epoch += 1
        request(.unscored)
    }

    func set(_ ranges: GradeRanges) {
        registry.ranges = ranges
        registry.epoch += 1
        request(.grades)
    }

    func republish() {
        request(.republish)
        republishedFrom.append(published.count)
    }

    /// What is requested. Whatever is requested later gets a higher number.
    func openRequests(due: Int) -> [(number: Int, request: SweepRequest)] {
        lastRequest = max(lastRequest, due)
        return requests
    }

    func signature(_ version: Int?, _ publications: Int) -> Signature? {
        version.map { Signature(version: $0, publications: keeps(.publications) ? publications : 0) }
    }

    // MARK: Scoring

    /// Some evidence that differs with all that a scoring reads: the version and the joined values.
    static func evidence(of record: Record, version: Int) -> Evidence {
        var text = "\(version) \(record.createdAt?.milliseconds ?? -1)"
        for cell in record.cells.entries where cell.key.countsForScoring {
            guard cell.key != .creation, cell.key != .createdAt, let value = cell.value.value else { continue }
            text += "|\(cell.key.code) \(cell.key.attributeName?.text ?? "") \(value.asCategory ?? "")"
        }
        let hash = FNV1a.hash(text)
        return Evidence(bins: (0..<4).map { UInt16(truncatingIfNeeded: hash >> ($0 * 16)) })
    }

    static func probability(_ evidence: Evidence) -> Double { Double(evidence.bins[0] % 101) / 100 }
}
