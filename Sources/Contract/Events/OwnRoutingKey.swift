import LeadModel

extension EventReader {
    /// The routing key that follows from an event's type and organization, or from those of an event of a batch.
    ///
    /// What is missing or wrong there is replaced by what is allowed, so that reading the body under this key says what is
    /// wrong with it.
    public func ownRoutingKey(of body: [UInt8]) -> String {
        withRoot(of: body, Self.key)
    }

    /// The `id` and `source` of an event alone, as far as they can be read and are allowed.
    public func identity(of body: [UInt8]) -> (id: String?, source: String?) {
        withRoot(of: body) { root in
            guard let root, root.kind == .object else { return (nil, nil) }
            let envelope = Envelope(root)
            func text(_ node: JSONNode?, _ field: String) -> String? {
                node.flatMap { try? bounded($0, field, 1...limits.identityBytes).string }
            }
            return (text(envelope.id, "id"), text(envelope.source, "source"))
        }
    }

    /// Reads a body whatever numbers are in it; nil if it can't be parsed otherwise either.
    private func withRoot<Answer>(of body: [UInt8], _ work: (JSONNode?) -> Answer) -> Answer {
        body.withUnsafeBufferPointer { bytes in
            do throws(JSONParser.Fault) {
                return work(try parser.parse(bytes))
            } catch {
                guard error == .number, let replaced = BadNumber.outOfRangeReplaced(in: bytes) else {
                    return work(nil)
                }
                return replaced.withUnsafeBufferPointer { work(try? parser.parse($0)) }
            }
        }
    }

    /// Whether a body is an object or an array by itself, whatever numbers are in it.
    public func isWhole(_ body: [UInt8]) -> Bool {
        body.withUnsafeBufferPointer { bytes in
            do throws(JSONParser.Fault) {
                let kind = try parser.parse(bytes).kind
                return kind == .object || kind == .array
            } catch {
                return error == .number
            }
        }
    }

    private static func key(_ root: JSONNode?) -> String {
        let events = root?.kind == .array ? root.map { Array($0.elements.prefix(100)) } ?? [] : root.map { [$0] } ?? []
        let given = events.map(given)
        // Of a batch, one event that has both shows what the others should have.
        let whole = given.lazy.compactMap { event in
            event.organization.flatMap { organization in event.type.flatMap { key(organization, $0) } }
        }
        if let key = whole.first { return key }
        let organization = given.first?.organization ?? "default"
        return given.first?.type.flatMap { key(organization, $0) } ?? "\(organization).lead.created"
    }

    /// What an event gives of its own key: its type, and its organization if it is a name of one.
    private static func given(_ event: JSONNode) -> (type: String?, organization: String?) {
        guard event.kind == .object else { return (nil, nil) }
        let envelope = Envelope(event)
        func text(_ node: JSONNode?) -> String? { node.flatMap { $0.kind == .text ? $0.text.string : nil } }
        return (
            text(envelope.type), text(envelope.organization).flatMap { OrganizationName.isValid($0) ? $0 : nil }
        )
    }

    private static func key(_ organization: String, _ type: String) -> String? {
        let parts = type.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        return (try? RoutingKey(parsing: "\(organization).\(parts[1]).\(parts[2])"))?.description
    }
}
