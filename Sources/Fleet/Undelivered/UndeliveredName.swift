import Contract
import LeadModel
import Rabbit

/// What the properties of an undelivered result identify: the record, the revision, and the routing key that was refused.
struct UndeliveredName: Equatable {
    var organization: String
    var entity: Entity
    var id: Exact
    var revision: UInt64
    /// The last three words of the routing key.
    var words: String
    /// It says that the record was deleted or erased, so it contains no value.
    var isRemoval: Bool
    /// The only queue that gets it; nil is every queue with a matching binding.
    var queue: String?

    /// From the routing key under which it was published, and its message id.
    init?(_ properties: Properties) {
        guard let origin = properties.headers[Names.Header.origin]?.text, let words = ResultKey.words(of: origin),
            let result = properties.messageID.flatMap({ ResultID($0) }), let entity = result.kind.entity
        else { return nil }
        organization = String(origin.prefix { $0 != "." })
        (self.entity, id, revision, self.words) = (entity, result.record, result.revision, words)
        queue = properties.headers[Names.Header.queue]?.text
        isRemoval = [Notice.Kind.deleted, .erased].contains { properties.type?.hasSuffix(".\($0.word)") ?? false }
    }

    /// What is sent in its place, always under the refused key: the same result while it is the current scoring or the
    /// latest notice, otherwise the record's latest one; nil if nothing of the record is stored any more.
    func result(of record: Record) -> OutgoingResult? {
        let isScoring = record.scoring?.revision == revision && !record.isErased
        let current: OutgoingResult.Content? =
            isScoring ? .scoring : record.notice?.revision == revision ? .notice : nil
        guard let content = current ?? .init(latestOf: record) else { return nil }
        let own =
            switch content {
            case .scoring: record.scoring.map { Transition($0) }
            case .notice: record.notice.map { Transition($0) }
            }
        return OutgoingResult(
            organization: organization, kind: RecordKind(entity), id: id, record: record, content: content,
            queue: queue,
            superseded: own?.words == words ? nil : words)
    }
}
