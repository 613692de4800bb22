import LeadModel

/// Where a record event was published: `<org>.<entity>.<verb>`. Broker permissions guard it, so what an event says of
/// itself must agree with it.
public struct RoutingKey: Equatable, Sendable, CustomStringConvertible {
    public var organization: String
    public var kind: RecordKind
    public var verb: Verb

    public init(organization: String, kind: RecordKind, verb: Verb) {
        (self.organization, self.kind, self.verb) = (organization, kind, verb)
    }

    public init(parsing text: String) throws(Refusal) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
            .map(Substring.init)
        guard parts.count == 3, OrganizationName.isValid(parts[0]), let verb = Verb(rawValue: String(parts[2])) else {
            throw Refusal(
                .badRoutingKey, "routing key",
                "must be <organization>.<entity>.<verb>; an organization is 1 to 40 of a-z, 0-9 and -, "
                    + "the verbs are created, imported, updated, deleted, erased")
        }
        guard let kind = RecordKind(rawValue: String(parts[1])) else {
            throw Refusal(.badRoutingKey, "routing key", "the entities are lead, opportunity, account, contact")
        }
        self.init(organization: String(parts[0]), kind: kind, verb: verb)
    }

    public var description: String { "\(organization).\(kind.rawValue).\(verb.rawValue)" }

    /// The CloudEvent `type` of its events.
    public var type: String { "leadline.\(kind.rawValue).\(verb.rawValue)" }
}
