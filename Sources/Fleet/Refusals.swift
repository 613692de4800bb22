import Contract
import LeadModel

/// Why a worker refuses what its reader could read.
extension Refusal {
    static func unknownOrganization() -> Refusal {
        Refusal(
            .unknownOrganization, "organization",
            "there is no such organization; `leadline org create` makes one, then requeue this")
    }

    static func poison() -> Refusal {
        Refusal(
            .poison, "body",
            "ended its worker three times when it had nothing else in hand; look at it by `leadline rejected show`, tell "
                + "Leadline's makers, and requeue it under a version that can work it")
    }

    /// - Parameter name: the first name that found no room.
    static func tooManyNames(_ name: Exact, limit: Int) -> Refusal {
        Refusal(
            .tooManyNames, "data.attributes.\(name)",
            "is a new name, and the partition knows \(limit) already, its limit; send fewer names, or raise it by "
                + "`leadline org set --names`")
    }
}
