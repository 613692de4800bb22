import LeadModel
import Redis

/// One tenant's settings. The number of partitions is fixed when the organization is created.
public struct OrganizationSettings: Equatable, Sendable {
    /// Per entity; 16 are enough for a million records.
    public var partitions = 16
    /// Records a month; nil: no limit. Scoring continues above the limit, which only shows in the usage.
    public var limit: Int? = 1500
    /// When the daily sweep is due, "HH:MM" of the zone.
    public var sweepTime = "03:00"
    /// An IANA name, such as "Europe/Berlin".
    public var zone = "UTC"
    public var updates = Updates.daily
    /// The most attribute names of a partition.
    public var names = 2000
    /// Days: a sweep does not rescore an open record that was created earlier.
    public var window = 730
    /// Points: the trend is steady if the score moved by no more than this.
    public var steady = 2
    /// Days for which the tombstone of a deleted record is kept.
    public var deletedDays = 30
    /// Days for which the tombstone of an erased record is kept: longer than any event for it can still arrive.
    public var erasedDays = 396
    /// Days for which a null tombstone is kept: until then an event that is older than the null is recognized as older.
    public var marksDays = 30
    /// Refuses an event with values that don't fit the contract, instead of cutting or dropping them.
    public var isStrict = false
    /// Trainings for it leave out sensitive attributes.
    public var barsSensitive = false
    /// When a record's process decides which models are for it.
    public var process = ProcessUse.always
    private var grades = Dictionary(uniqueKeysWithValues: Entity.allCases.map { ($0, GradeRanges.standard) })
    public var created = Moment(microseconds: 0)

    /// Why the stored settings can't be used; nil if they can.
    private(set) var damage: String?

    /// When a changed record is scored: in the daily sweep, or at once.
    public enum Updates: String, CaseIterable, Sendable { case daily, realtime }

    /// When the process decides: always, or in the sweep alone, so that a new record is scored whatever process it is in.
    public enum ProcessUse: String, CaseIterable, Sendable { case always, sweep }

    public init() {}

    /// The ranges of an entity's grades.
    public func ranges(_ entity: Entity) -> GradeRanges { grades[entity, default: .standard] }

    public mutating func setRanges(_ ranges: GradeRanges, of entity: Entity) { grades[entity] = ranges }

    /// The field of the hash that holds an entity's ranges.
    static func gradesField(_ entity: Entity) -> String { "grades:\(entity.rawValue)" }

    /// Reads the hash in Redis; a field that is missing or out of its range has its default.
    init(fields: [String: String]) {
        func number(_ field: String, _ standard: Int, _ range: ClosedRange<Int>) -> Int {
            fields[field].flatMap { Int($0) }.flatMap { range.contains($0) ? $0 : nil } ?? standard
        }
        partitions = number("partitions", partitions, Self.partitionRange)
        // Another number of partitions would look for each record in the wrong place.
        if let text = fields["partitions"], text != "\(partitions)" {
            damage = "partitions is not a number from 1 to 1024"
        }
        limit = fields["limit"].map { Int($0).map { max(1, $0) } } ?? limit
        sweepTime = fields["sweepTime"] ?? sweepTime
        zone = fields["zone"] ?? zone
        updates = fields["updates"].flatMap(Updates.init(rawValue:)) ?? updates
        names = number("names", names, Self.nameRange)
        window = number("window", window, Self.days)
        steady = number("steady", steady, Self.points)
        deletedDays = number("deletedDays", deletedDays, Self.days)
        erasedDays = number("erasedDays", erasedDays, Self.erasedRange)
        marksDays = number("marksDays", marksDays, Self.days)
        isStrict = fields["strict"] == "true"
        barsSensitive = fields["barSensitive"] == "true"
        process = fields["process"].flatMap(ProcessUse.init(rawValue:)) ?? process
        for entity in Entity.allCases {
            grades[entity] = fields[Self.gradesField(entity)].flatMap(GradeRanges.init(text:)) ?? .standard
        }
        created = fields["created"].flatMap { Int64($0) }.map(Moment.init(microseconds:)) ?? created
    }

    /// As the fields of a hash; `limit` is "none" where there is none.
    var fields: [(String, String)] {
        [
            ("partitions", "\(partitions)"), ("limit", limit.map { "\($0)" } ?? "none"), ("sweepTime", sweepTime),
            ("zone", zone), ("updates", updates.rawValue), ("names", "\(names)"), ("window", "\(window)"),
            ("steady", "\(steady)"), ("deletedDays", "\(deletedDays)"), ("erasedDays", "\(erasedDays)"),
            ("marksDays", "\(marksDays)"), ("strict", "\(isStrict)"), ("barSensitive", "\(barsSensitive)"),
            ("process", process.rawValue), ("created", "\(created.microseconds)"),
        ] + Entity.allCases.map { (Self.gradesField($0), ranges($0).text) }
    }

    /// The first invalid setting and its valid values; nil if all are valid.
    public var fault: String? {
        if !Self.partitionRange.contains(partitions) { return "partitions must be 1 to 1024" }
        if let limit, limit < 1 { return "limit must be at least 1, or none" }
        if !Self.nameRange.contains(names) { return "names must be 1 to 65535" }
        let clock = sweepTime.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard sweepTime.utf8.count == 5, clock.count == 2, let hour = clock[0], let minute = clock[1],
            (0..<24).contains(hour), (0..<60).contains(minute)
        else { return "sweep time must be HH:MM, from 00:00 to 23:59" }
        if !Self.days.contains(window) { return "window must be 1 to 36500 days" }
        if !Self.points.contains(steady) { return "steady must be 0 to 99 points" }
        if !Self.days.contains(deletedDays) { return "deleted days must be 1 to 36500" }
        if !Self.erasedRange.contains(erasedDays) {
            return "erased days must be 31 to 36500: an event of it can be requeued from leadline.rejected for 30 days"
        }
        if !Self.days.contains(marksDays) { return "marks days must be 1 to 36500" }
        return Entity.allCases.lazy.compactMap { ranges($0).fault }.first
    }

    private static let (partitionRange, nameRange, points) = (1...1024, 1...65_535, 0...99)
    private static let (days, erasedRange) = (1...36_500, 31...36_500)

    /// An organization whose stored settings can't be used.
    public struct Damaged: Error, CustomStringConvertible {
        public let description: String

        init(_ organization: String, _ damage: String) {
            description =
                "\(organization): its stored settings can't be used: \(damage); correct the hash "
                + "\(Keyspace.OrganizationKeys(organization).settings) in Redis"
        }
    }
}

extension OrganizationSettings {
    /// Nil for the empty hash of an organization that does not exist.
    init?(hash: Reply) {
        let texts = (hash.array ?? []).compactMap(\.text)
        guard !texts.isEmpty else { return nil }
        self.init(
            fields: Dictionary(
                stride(from: 0, to: texts.count - 1, by: 2).map { (texts[$0], texts[$0 + 1]) },
                uniquingKeysWith: { first, _ in first }))
    }
}

extension OrganizationSettings {
    /// How long data are kept that are no longer needed.
    public var retention: Retention {
        Retention(window: window, deletedDays: deletedDays, erasedDays: erasedDays, marksDays: marksDays)
    }
}
