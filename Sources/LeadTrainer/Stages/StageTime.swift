import LeadModel

/// The time by which the days that a record is in its stage are taken: an open one's when it is scored, a closed one's when
/// it was closed.
enum StageTime {
    /// All in microseconds. Many files tell only the day of closing, as its midnight: who entered the stage later on that
    /// day was in it for no time, instead of for less than none.
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
