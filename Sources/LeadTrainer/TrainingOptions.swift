import Foundation
import LeadModel

/// How to train. The defaults need no tuning; they were chosen on public lead data and on draws of 40 + 40 records.
public struct TrainingOptions: Sendable {
    public var entity: Entity = .lead
    /// The same data and seed give the same scorecard.
    public var seed: UInt64 = 1
    /// Texts that count as missing besides empty ones; case and blanks around them do not matter.
    public var missing: [String] = []
    /// Null words (`NullWord`) that are values. All others count as missing.
    public var keep: [String] = []
    /// The decimal sign of numbers where the values leave it open: 1.234.
    public var decimal: DecimalSign?
    /// The order of day and month where the values leave it open: 03/04/2026.
    public var dateOrder: DateOrder?
    /// Attributes not to be used,
    public var exclude: [String] = []
    /// and, if there are any, the only ones that are.
    public var only: [String] = []
    /// Attributes that nobody can change, besides those whose names say so: nothing is suggested for them.
    public var fixed: [String] = []
    /// Attributes that can be changed, although their names say otherwise.
    public var changeable: [String] = []
    /// Whether what is suspected to give away the outcome is left out.
    public var excludesSuspects = false
    /// Whether sensitive attributes (`SensitiveAttribute`) are left out.
    public var barsSensitive = false
    /// By which the window is taken; nil: the newest date in the data that is not ahead of `now`.
    public var asOf: Moment?
    /// The present. One wrong date ahead of it does not move the window of all records.
    public var now = Moment.present
    /// Only records created in so many months before `asOf` count.
    public var windowMonths = 24
    /// The least number of records of each outcome within the window.
    public var minimumOfEachOutcome = 40
    /// The stages from the first to the last; empty: by the numbers that their names begin with, if all do.
    public var stageOrder: [String] = []
    /// Whether each attribute has points of its own in each stage,
    public var perStage = false
    /// of which so many must have at least as many closed records.
    public let leastPerStage = 40
    public let leastStages = 2
    /// Whether scores follow what time moves (`TimeShift`).
    public var followsTime = true
    /// Ensembles that are averaged; nil: by the number of records.
    public var bags: Int?
    /// The most records that a bag draws: of more, each bag sees a part.
    public var rowsPerBag = 100_000
    /// Share of the Newton step that is taken each time.
    public var step = 0.05
    /// The most passes over all attributes. Fewer are made if records left out of the bags say so.
    public var rounds = 1500
    /// L2 on leaf values, in units of the loss's second derivative (a record counts at most ¼); nil: by the number of
    /// records.
    public var ridge: Double?
    /// The most pairs that each bag gives a table; 0: attributes stand alone.
    public var pairs = 100
    /// The most pairs that the scorecard keeps, the strongest.
    public var pairsKept = 60
    /// As `step` and `ridge`, for the tables of pairs.
    public var pairStep = 0.02
    /// Whether few records get a linear part, if left-out rows say so (`LinearPart`).
    public var linear = true
    /// The most triples that each bag gives a table, of those that explain more than chance would; 0: none.
    public var triples = 6
    /// The most triples that the scorecard keeps, the strongest.
    public var triplesKept = 10
    public var tripleStep = 0.05
    public var pairRidge = 3.0
    /// The most groups of an attribute's bins in a pair's table, about,
    public var groups = 24
    /// and the least records of a group; nil: by the number of records.
    public var leastOfGroup: Int?
    /// The most bins of a number,
    public var bins = 256
    /// and of one of which single values stand out from their neighbours.
    public var fineBins = 4096
    /// The fewest records of a value, and of a bin. Values with fewer are pooled, so that no scorecard reveals
    /// anything about one person.
    public let minimumOfEachValue = 5
    /// Changes nothing in the result.
    public var threads = ProcessInfo.processInfo.activeProcessorCount

    public init(entity: Entity = .lead) { self.entity = entity }

    /// L2 on leaf values. It grows with the number of records up to 400, but more slowly than they do: relative to
    /// the records' total weight, it smooths more the fewer there are.
    func ridge(rowCount: Int) -> Double { ridge ?? min(25, max(5, Double(rowCount) / 16)) }

    func leastOfGroup(rowCount: Int) -> Int { leastOfGroup ?? min(30, max(10, rowCount / 100)) }

    /// - Throws: `TrainingError.invalidOption`, naming the first that is out of its range.
    public func validate() throws(TrainingError) {
        let rules: [(String, Bool, String)] = [
            ("windowMonths", (1...1200).contains(windowMonths), "1…1200"),
            ("minimumOfEachOutcome", minimumOfEachOutcome >= 2, "at least 2"),
            ("bags", bags.map { (1...1000).contains($0) } ?? true, "1…1000"),
            ("rowsPerBag", (100...Int(Int32.max)).contains(rowsPerBag), "100…2147483647"),
            ("step", step > 0 && step <= 1, "above 0, at most 1"),
            ("rounds", (1...100_000).contains(rounds), "1…100000"),
            ("ridge", ridge.map { $0 >= 0 && $0.isFinite } ?? true, "at least 0"),
            ("pairs", (0...10_000).contains(pairs), "0…10000"),
            ("pairsKept", (0...10_000).contains(pairsKept), "0…10000"),
            ("pairStep", pairStep > 0 && pairStep <= 1, "above 0, at most 1"),
            ("pairRidge", pairRidge >= 0 && pairRidge.isFinite, "at least 0"),
            ("triples", (0...1000).contains(triples), "0…1000"),
            ("triplesKept", (0...1000).contains(triplesKept), "0…1000"),
            ("tripleStep", tripleStep > 0 && tripleStep <= 1, "above 0, at most 1"),
            ("groups", (2...29).contains(groups), "2…29"),
            ("leastOfGroup", leastOfGroup.map { $0 >= 1 } ?? true, "at least 1"),
            ("bins", (2...fineBins).contains(bins), "2…fineBins"),
            ("fineBins", (2...10_000).contains(fineBins), "2…10000"),
            ("threads", threads >= 1, "at least 1"),
        ]
        for (name, holds, rule) in rules where !holds { throw .invalidOption(name, rule) }
    }
}
