import Contract
import LeadModel

/// The refusals of events that could be parsed.
extension Refusal {
    static func unknownOrganization() -> Refusal {
        Refusal(
            .unknownOrganization, "organization",
            "there is no such organization; create it with `leadline org create`, then requeue this event")
    }

    static func poison() -> Refusal {
        Refusal(
            .poison, "body",
            "crashed its worker three times while nothing else was in flight; look at it with `leadline rejected show`; "
                + "please report this bug; requeue the event after upgrading")
    }

    static func recordTooLarge(limit: Int) -> Refusal {
        Refusal(
            .recordTooLarge, "data",
            "would make the stored record larger than \(limit) bytes; remove attributes with null or a snapshot, or raise "
                + "the workers' setting `worker.record`, then requeue this event")
    }

    static func damagedRecord() -> Refusal {
        Refusal(
            .damagedRecord, "subject",
            "what is stored of the record can't be read; see `leadline damaged list`. Requeue this event once the record is "
                + "repaired, or dropped with `leadline damaged drop`")
    }

    /// - Parameter attempts: how often it was tried.
    static func notStored(attempts: Int, _ cause: String) -> Refusal {
        Refusal(.notStored, "subject", "could not be stored in \(attempts) attempts: \(cause); requeue this event")
    }

    /// - Parameter name: the first name that found no room.
    static func tooManyNames(_ name: Exact, limit: Int) -> Refusal {
        Refusal(
            .tooManyNames, "data.attributes.\(name)",
            "is a new name, and the partition is at its limit of \(limit) names; send fewer names, or raise the limit with "
                + "`leadline org set --names`")
    }
}
