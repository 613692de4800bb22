import LeadModel

/// The reference time for the days in a stage: the scoring time for an open record, the close for a closed one.
enum StageTime {
    /// All in microseconds. Many files contain only the date of closing, as its midnight. A record that entered the
    /// stage later on that day then counts as 0 days in stage, not as a negative number.
    static func reference(since: Int64?, closed: Int64?, asOf: Int64) -> Int64 {
        guard let closed else { return asOf }
        guard let since, since > closed, since - closed < ClosingStage.day else { return closed }
        return since
    }

    static func reference(of record: TrainingRecord, asOf: Moment) -> Moment {
        let since = record.attributes.last { $0.name == CoreAttribute.stageSince.name }?.value.asDate
        return Moment(
            microseconds: reference(
                since: since?.microseconds, closed: record.closedAt?.microseconds, asOf: asOf.microseconds))
    }
}
