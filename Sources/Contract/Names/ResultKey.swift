import LeadModel

/// Where a result is published: `<org>.<entity>.<grade>.<from>.<what>`.
public enum ResultKey {
    /// - Parameters:
    ///   - grade: now; nil if it was never scored.
    ///   - left: the grade that this result left; nil if it had none before.
    ///   - what: the trend of a scoring, or what befell the record.
    public static func text(organization: String, entity: Entity, grade: Grade?, left: Grade?, what: String) -> String {
        let from = left.map { $0 == grade ? "same" : $0.rawValue } ?? "none"
        return "\(organization).\(entity.rawValue).\(grade?.rawValue ?? "none").\(from).\(what)"
    }
}
