/// What a record is: a lead or an opportunity, which are scored, or an account or a contact, which those name.
public enum RecordKind: String, CaseIterable, Sendable {
    case lead, opportunity, account, contact

    public init(_ entity: Entity) { self = entity == .lead ? .lead : .opportunity }

    /// Nil of what is never scored.
    public var entity: Entity? {
        switch self {
        case .lead: .lead
        case .opportunity: .opportunity
        case .account, .contact: nil
        }
    }

    /// The field by which leads and opportunities name such a record; nil of those themselves.
    public var referenceField: Field? {
        switch self {
        case .account: .account
        case .contact: .contact
        case .lead, .opportunity: nil
        }
    }

    /// Those that are never scored, which others name.
    public static let related: [RecordKind] = [.account, .contact]
}
