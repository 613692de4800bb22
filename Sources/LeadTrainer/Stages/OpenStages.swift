import LeadModel

/// In which stages the open records are, so far as they are known: a stage that none of them is in may be one that only
/// closing leads to.
public struct OpenStages: Equatable, Sendable {
    private var counts: [String: Int] = [:]
    /// Open records with a stage.
    public private(set) var count = 0
    /// So many must be known, or that none is in a stage says little.
    private static let least = 20

    public init() {}

    /// - Parameter stage: as a scorecard reads it; nil where it is missing.
    public mutating func add(_ stage: Value?) {
        guard let category = stage?.asCategory else { return }
        counts[category, default: 0] += 1
        count += 1
    }

    var areKnown: Bool { count >= Self.least }

    /// Whether next to no open record is in the stage: less than a hundredth of what its share of the closed ones would
    /// let expect, so that a few that were left there by mistake hide nothing.
    ///
    /// - Parameter share: of the closed records that are in it, 0…1.
    func lack(_ stage: String, share: Double) -> Bool {
        areKnown && Double(counts[stage] ?? 0) < max(0.5, 0.01 * share * Double(count))
    }
}
