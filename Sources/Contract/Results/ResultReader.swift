import LeadModel

/// Reads results as a consumer does: it ignores members that it does not know. For one thread.
public final class ResultReader {
    /// A body that is not a result. It names the field, never a value.
    public struct NotAResult: Error, Equatable, CustomStringConvertible {
        public var field: String

        public var description: String { "not a result: \(field)" }
    }

    private let parser: JSONParser

    /// Enough for a result with all its reasons, or for the ids of a hundred thousand referrers of a contact.
    private static let mostBytes = 64 << 20

    public init() { parser = JSONParser(mostBytes: Self.mostBytes, mostDepth: 32) }

    public func read(_ body: [UInt8]) throws(NotAResult) -> ReadResult {
        try body.withUnsafeBufferPointer { (bytes) throws(NotAResult) in
            guard let root = try? parser.parse(bytes), root.kind == .object else { throw NotAResult(field: "body") }
            return try read(root)
        }
    }

    private func read(_ root: JSONNode) throws(NotAResult) -> ReadResult {
        var head = Head()
        for (key, value) in root.members {
            if key == "type" {
                head.type = value
            } else if key == "subject" {
                head.subject = value
            } else if key == "organization" {
                head.organization = value
            } else if key == "data" {
                head.data = value
            }
        }
        let type = try required(head.type, "type").text
        let id = Exact(try required(head.subject, "subject").text.string)
        let organization = try required(head.organization, "organization").text.string
        guard let data = head.data, data.kind == .object else { throw NotAResult(field: "data") }
        if type == "leadline.contact.erased" {
            return .contactErased(try contactErased(data, id, organization))
        }
        guard let (entity, what) = Self.types.first(where: { type == $0.type }).map({ ($0.entity, $0.what) })
        else { throw NotAResult(field: "type") }
        return .ofRecord(try ResultDataReading(data).result(organization, entity, id, what))
    }

    private struct Head {
        var type, subject, organization, data: JSONNode?
    }

    private func required(_ node: JSONNode?, _ field: String) throws(NotAResult) -> JSONNode {
        guard let node, node.kind == .text else { throw NotAResult(field: field) }
        return node
    }

    private static let types: [(type: String, entity: Entity, what: RecordResult.What)] = Entity.allCases.flatMap {
        entity in
        ([.scored] + Notice.Kind.allCases.map { .notice($0) }).map { (what: RecordResult.What) in
            let word =
                switch what {
                case .scored: "scored"
                case .notice(let kind): kind.word
                }
            return ("leadline.\(entity.rawValue).\(word)", entity, what)
        }
    }

    private func contactErased(
        _ data: JSONNode, _ id: Exact, _ organization: String
    ) throws(NotAResult) -> ContactErased {
        var erased = ContactErased(organization: organization, id: id, revision: 0, leads: [], opportunities: [])
        for (key, value) in data.members {
            if key == "revision" {
                erased.revision = try value.whole("data.revision")
            } else if key == "leads" {
                erased.leads = try ids(value, "data.leads")
            } else if key == "opportunities" {
                erased.opportunities = try ids(value, "data.opportunities")
            }
        }
        guard erased.revision > 0 else { throw NotAResult(field: "data.revision") }
        return erased
    }

    private func ids(_ node: JSONNode, _ field: String) throws(NotAResult) -> [Exact] {
        guard node.kind == .array else { throw NotAResult(field: field) }
        var ids: [Exact] = []
        ids.reserveCapacity(node.count)
        for element in node.elements {
            guard element.kind == .text else { throw NotAResult(field: field) }
            ids.append(Exact(element.text.string))
        }
        return ids
    }
}
