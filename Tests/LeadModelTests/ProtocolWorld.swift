import LeadModel

/// Redis, the broker and the registry as the turn's protocol sees them, in memory: what is stored, and the scripts by which
/// it changes, each one atomic step. Leads are one partition, accounts and contacts one each.
final class ProtocolWorld {
    struct Key: Hashable, Comparable {
        var kind: RecordKind
        var id: Exact

        static func < (a: Key, b: Key) -> Bool { (a.kind.rawValue, a.id) < (b.kind.rawValue, b.id) }
    }

    /// A result as it goes out: the record and the revision make its id.
    struct Result: Hashable {
        var key: Key
        var revision: UInt64
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
        var started = 0, epoch = 0, token = 0
        var walked: Signature?
        var scores = false, republishes = false
        /// Which records are still to be added to the work set; nothing: all are in it.
        var filling: Set<Filling> = []
        var lane: Int?
    }

    enum Filling { case open, shown }

    /// What the scorings of a sweep follow from besides the records: another one makes a walk.
    struct Signature: Equatable {
        var version: Int
        var publications: Int
    }

    struct Telling: Equatable {
        var revision: UInt64
        var last: Key?
    }

    let without: ProtocolRule?
    var random: SeededGenerator
    /// The organization's `updates: realtime`.
    let scoresUpdates: Bool
    /// Told in the turn of the change if no more name the entity.
    let few: Int
    var clock: Int64 = 1

    var records: [Key: Record] = [:]
    var dirty: Set<Exact> = [], work: Set<Exact> = [], hand: Set<Exact> = []
    /// Without the rule `rename`: the dirty set is yet to be emptied, in a step of its own.
    var clearsDirty = false
    var referrers: [Key: Set<Key>] = [:]
    var fanOuts: [Key: Telling] = [:]
    var sweeps: [RecordKind: Sweep] = [:]
    var usage: [Month: (records: Int, scorings: Int)] = [:]

    var registry = Registry()
    var versions = 0
    var asks: [(number: Int, ask: SweepRequest)] = []
    /// The number of the last ask, the last due time of the daily sweep, and the time in the same count.
    var lastRequest = 0, due = 0, today = 1

    var queue: [Message] = []
    var published: [Result] = []

    // What really happened, for the end.
    var scored: [Result: Scoring.Trigger] = [:]
    var scorings = 0
    var counted: [Key: [Month]] = [:]
    /// Where `published` stood when a republication was asked for.
    var republishedFrom: [Int] = []
    var conflicts = 0, lostAnswers = 0, deaths = 0, refusedEpochs = 0, fenced = 0, abandoned = 0, toldMany = 0

    init(seed: UInt64, without: ProtocolRule?) {
        random = SeededGenerator(seed: seed)
        self.without = without
        scoresUpdates = seed % 3 == 0
        few = random.pick([1, 200])
    }

    func keeps(_ rule: ProtocolRule) -> Bool { without != rule }

    var now: Moment { Moment(milliseconds: clock) }

    func record(_ key: Key) -> Record { records[key] ?? Record() }

    // MARK: The commit script

    struct Change {
        var key: Key
        var expected: UInt64
        var record: Record
        var isScored, counts, fansOut: Bool
        var epoch: Int
        var token: Int?
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
        let (key, record) = (change.key, change.record)
        records[key] = record
        if key.kind == .lead {
            if record.isPending { dirty.insert(key.id) } else { dirty.remove(key.id) }
        }
        if change.fansOut, keeps(.telling) {
            let last = keeps(.anew) ? nil : fanOuts[key]?.last
            fanOuts[key] = Telling(revision: record.revision, last: last)
        }
        guard change.isScored, let scoring = record.scoring, let month = record.monthCounted else { return }
        usage[month, default: (0, 0)].scorings += 1
        scored[Result(key: key, revision: scoring.revision)] = scoring.trigger
        scorings += 1
        guard change.counts else { return }
        usage[month, default: (0, 0)].records += 1
        counted[key, default: []].append(month)
    }

    // MARK: The registry's scripts

    private func ask(_ ask: SweepRequest) {
        lastRequest = max(today, lastRequest + 1)
        asks.append((lastRequest, ask))
    }

    func publish(_ version: Int) {
        guard version != registry.version else { return }
        registry.version = version
        registry.publications += 1
        registry.epoch += 1
        if version > versions { versions = version }
        if version == 1, versions == 1 { ask(.run) }
    }

    func deleteModel() {
        guard registry.version != nil else { return }
        registry.version = nil
        registry.publications += 1
        registry.epoch += 1
        ask(.unscored)
    }

    func set(_ ranges: GradeRanges) {
        registry.ranges = ranges
        registry.epoch += 1
        ask(.grades)
    }

    func republish() {
        ask(.republish)
        republishedFrom.append(published.count)
    }

    /// What is asked for, and by reading it that whatever comes later gets a higher number.
    func openRequests(due: Int) -> [(number: Int, ask: SweepRequest)] {
        lastRequest = max(lastRequest, due)
        return asks
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

/// What the protocol rests on. The world can be run without any one of them.
enum ProtocolRule: String, CaseIterable {
    /// After a scoring's commit, and on every repeat, the entities that it read are looked at once more.
    case again
    /// A commit without an answer makes its turn a repeat.
    case answer
    /// A change of an entity makes the telling of a former one begin anew.
    case anew
    /// Who starts a sweep reads what is asked for before the registry that it is asked of.
    case asksFirst
    /// A commit compares the revision.
    case compare
    /// A start sets the oldest registry that its partition still accepts.
    case epoch
    /// Whoever takes a partition fences off its former holder.
    case fence
    /// A walk's work set that was filled in part is filled anew.
    case fill
    /// A snapshot removes what is older.
    case floor
    /// After the scores of a deleted model the next sweep walks, whatever was walked before.
    case forget
    /// What a holder takes out of the work set stands as in hand until it is settled.
    case hand
    /// That a record names an entity is written before the entity is read.
    case index
    /// A record remembers the sweep that wrote it.
    case mark
    /// A record remembers the month it was counted in.
    case month
    /// A repeat publishes the latest notice too.
    case notice
    /// A sweep's start does nothing if it was started before, or an older one still has work.
    case once
    /// A sweep takes the dirty set away whole.
    case rename
    /// What was published and taken back between two sweeps makes the next one a walk.
    case publications
    /// Work given again publishes what is stored, whatever it changed.
    case `repeat`
    /// Who is told of what its score has read already is published again: whoever told it before may have died over that.
    case retell
    /// A record remembers that its creation was seen.
    case seen
    /// The source is told only after publishing.
    case settle
    /// A change of an entity that many name leaves a telling until all are told.
    case telling
    /// A change of an entity is a change of those that name it.
    case touch

    /// Those whose absence these histories are known to show. The others take meetings that are too rare in them.
    static let noticed = allCases.filter { ![.again, .forget, .index, .retell].contains($0) }
}
