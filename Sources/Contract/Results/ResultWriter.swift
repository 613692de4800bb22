import LeadModel

/// Renders the results of one organization and entity from committed states. The grades in the routing key are those
/// that were committed. Name, owner and the rest of the body are as of now.
public struct ResultWriter: Sendable {
    public let organization: String
    public let entity: Entity

    public init(organization: String, entity: Entity) { (self.organization, self.entity) = (organization, entity) }

    /// The record's scoring.
    ///
    /// - Parameters:
    ///   - scorecard: that of the scoring's version, for the reasons; if nil, they are written as null.
    ///   - superseded: the last words of the routing key of an older result, under which it goes; nil: its own.
    /// - Returns: nil if the record has no scoring.
    public func scoring(
        of record: Record, id: Exact, scorecard: Scorecard?, under superseded: String? = nil
    ) -> ResultMessage? {
        guard let scoring = record.scoring else { return nil }
        return message(
            record, id, revision: scoring.revision, what: "scored", time: scoring.at, scorecard: scorecard,
            transition: ResultTransition(scoring), words: Transition(scoring).words, superseded: superseded)
    }

    /// The record's latest notice.
    ///
    /// - Parameters:
    ///   - scorecard: that of the scoring's version, for the reasons; nil where the record has no scoring.
    ///   - superseded: see `scoring(of:)`.
    /// - Returns: nil if the record has no notice.
    public func notice(
        of record: Record, id: Exact, scorecard: Scorecard?, under superseded: String? = nil
    ) -> ResultMessage? {
        guard let notice = record.notice else { return nil }
        let what = notice.kind.word
        return message(
            record, id, revision: notice.revision, what: what,
            time: Moment(milliseconds: Int64(clamping: notice.revision)), scorecard: scorecard,
            transition: ResultTransition(notice), words: Transition(notice).words, superseded: superseded)
    }

    private func message(
        _ record: Record, _ id: Exact, revision: UInt64, what: String, time: Moment, scorecard: Scorecard?,
        transition: ResultTransition, words: String, superseded: String?
    ) -> ResultMessage {
        let messageID = ResultID(RecordKind(entity), id, revision).description
        let type = "leadline.\(entity.rawValue).\(what)"
        var json = JSONWriter()
        json.bytes.reserveCapacity(4096)
        json.resultHead(
            id: messageID, type: type, subject: id.text, time: time, organization: organization,
            kind: RecordKind(entity))
        ResultData(
            record: record, revision: revision, superseded: superseded, transition: transition, scorecard: scorecard
        ).write(to: &json)
        json.literal("}")
        return ResultMessage(
            routingKey: ResultKey.text(organization: organization, entity: entity, words: superseded ?? words),
            id: messageID, type: type, body: json.bytes)
    }
}

extension Notice.Kind {
    /// As the contract spells it.
    public var word: String {
        switch self {
        case .closed: "closed"
        case .deleted: "deleted"
        case .erased: "erased"
        case .unscored: "unscored"
        case .changed: "changed"
        }
    }
}
