import Contract
import Rabbit

// What `leadline rejected` says as JSON.

/// A line of the list: nothing of the body.
struct RejectedLine: Encodable {
    var number: Int
    @OrNull var rejectedAt: String?
    var kind: RejectedMessage.Kind
    var reason: String
    @OrNull var field: String?
    @OrNull var index: Int64?
    @OrNull var message: String?
    var routingKey: String
    var bytes: Int

    init(_ kept: ParkedMessage) {
        let about = RejectedMessage(kept.delivery)
        (number, rejectedAt, kind, reason) = (kept.number, about.rejectedAt, about.kind, about.reason)
        (field, index, message) = (about.field, about.index, about.message)
        (routingKey, bytes) = (about.origin, kept.delivery.body.count)
    }
}

/// One, whole.
struct RejectedWhole: Encodable {
    var number: Int
    /// Under which it was first published.
    var routingKey: String
    @OrNull var contentType: String?
    var headers: [String: String]
    /// As text; bytes that are no UTF-8 are replaced.
    var body: String

    init(_ kept: ParkedMessage) {
        (number, routingKey) = (kept.number, RejectedMessage(kept.delivery).origin)
        contentType = kept.delivery.properties.contentType
        headers = kept.delivery.properties.headers.mapValues(\.shown)
        body = String(decoding: kept.delivery.body, as: UTF8.self)
    }
}

extension Rabbit.Argument {
    /// For a person.
    fileprivate var shown: String {
        switch self {
        case .text(let text): text
        case .integer(let number): "\(number)"
        case .real(let number): "\(number)"
        case .flag(let flag): "\(flag)"
        case .time(let seconds): "\(seconds) s"
        case .table(let table):
            table.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.shown)" }.joined(separator: ", ")
        case .list(let list): list.map(\.shown).joined(separator: "; ")
        case .nothing: ""
        }
    }
}
