import LeadModel

extension EventReader {
    /// The routing key that follows from an event's type and organization, or from those of a batch's first event.
    ///
    /// What is missing or wrong there is replaced by what is allowed, so that reading the body under this key says what is
    /// wrong with it.
    public func ownRoutingKey(of body: [UInt8]) -> String {
        body.withUnsafeBufferPointer { bytes in
            do throws(JSONParser.Fault) {
                return Self.key(try parser.parse(bytes))
            } catch {
                guard error == .number, let replaced = BadNumber.outOfRangeReplaced(in: bytes) else {
                    return Self.key(nil)
                }
                return replaced.withUnsafeBufferPointer { Self.key(try? parser.parse($0)) }
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
        let event = root?.kind == .array ? root?.elements.first { _ in true } : root
        var (type, organization) = ("", "default")
        if let event, event.kind == .object {
            let envelope = Envelope(event)
            if let given = envelope.type, given.kind == .text { type = given.text.string }
            if let given = envelope.organization, given.kind == .text, OrganizationName.isValid(given.text.string) {
                organization = given.text.string
            }
        }
        let parts = type.split(separator: ".", omittingEmptySubsequences: false)
        let key = parts.count == 3 ? "\(organization).\(parts[1]).\(parts[2])" : ""
        return (try? RoutingKey(parsing: key)) == nil ? "\(organization).lead.created" : key
    }
}
