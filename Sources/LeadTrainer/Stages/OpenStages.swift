import LeadModel

/// Counts the known open records by stage. A stage without open records may be one that only closing leads to.
public struct OpenStages: Equatable, Sendable {
    private var counts: [String: Int] = [:]
    /// Open records with a stage.
    public private(set) var count = 0
    /// With fewer known open records, an empty stage proves little.
    private static let least = 20

    public init() {}

    /// - Parameter stage: as a scorecard reads it; nil where it is missing.
    public mutating func add(_ stage: Value?) {
        guard let category = stage?.asCategory else { return }
        counts[category, default: 0] += 1
        count += 1
    }

    var areKnown: Bool { count >= Self.least }

    /// Whether almost no open record is in the stage: less than a hundredth of the number expected from its share of
    /// the closed records. A few records left there by mistake therefore don't matter.
    ///
    /// - Parameter share: of the closed records that are in it, 0…1.
    func lack(_ stage: String, share: Double) -> Bool {
        areKnown && Double(counts[stage] ?? 0) < max(0.5, 0.01 * share * Double(count))
    }
}
