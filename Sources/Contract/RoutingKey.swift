import LeadModel

/// The name of an organization, by which everything is keyed: 1 to 40 of a–z, 0–9 and "-".
public enum Organization {
    public static func isValid(_ name: some StringProtocol) -> Bool {
        (1...40).contains(name.utf8.count)
            && name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    }
}

/// Where a record event was published: `<org>.<entity>.<verb>`. Broker permissions guard it, so what an event says of
/// itself must agree with it.
public struct RoutingKey: Equatable, Sendable, CustomStringConvertible {
    public var organization: String
    public var entity: Entity
    public var verb: Verb

    public init(organization: String, entity: Entity, verb: Verb) {
        (self.organization, self.entity, self.verb) = (organization, entity, verb)
    }

    public init(parsing text: String) throws(Refusal) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
            .map(Substring.init)
        guard parts.count == 3, Organization.isValid(parts[0]), let verb = Verb(rawValue: String(parts[2])) else {
            throw Refusal(
                .badRoutingKey, "routing key",
                "must be <organization>.<entity>.<verb>; an organization is 1 to 40 of a-z, 0-9 and -, "
                    + "the verbs are created, imported, updated, deleted, erased")
        }
        self.init(organization: String(parts[0]), entity: try Self.entity(parts[1]), verb: verb)
    }

    /// The one place that says which entities are taken in.
    private static func entity(_ name: Substring) throws(Refusal) -> Entity {
        switch name {
        case "lead": return .lead
        case "opportunity", "account", "contact":
            throw Refusal(.unsupportedEntity, "routing key", "\(name) is not supported yet; lead is")
        default:
            throw Refusal(.badRoutingKey, "routing key", "the entities are lead, opportunity, account, contact")
        }
    }

    public var description: String { "\(organization).\(entity.rawValue).\(verb.rawValue)" }

    /// The CloudEvent `type` of its events.
    public var type: String { "leadline.\(entity.rawValue).\(verb.rawValue)" }
}

/// Where a result is published: `<org>.<entity>.<grade>.<from>.<what>`.
public enum ResultKey {
    /// - Parameters:
    ///   - grade: now; nothing if it was never scored.
    ///   - left: the grade that this result left; nothing if it had none before.
    ///   - what: the trend of a scoring, or what befell the record.
    public static func text(organization: String, entity: Entity, grade: Grade?, left: Grade?, what: String) -> String {
        let from = left.map { $0 == grade ? "same" : $0.rawValue } ?? "none"
        return "\(organization).\(entity.rawValue).\(grade?.rawValue ?? "none").\(from).\(what)"
    }
}
