import LeadModel

/// Which open records a listing shows, and in which order.
public struct ListingQuery: Equatable, Sendable {
    public enum Order: String, CaseIterable, Sendable {
        /// The highest score first; records without a score last.
        case score
        /// The newest first; records of unknown creation last.
        case age
        /// By owner, records without one first; of each owner the highest score first.
        case owner
        /// By name, records without one first.
        case name
        /// The most recently scored first.
        case scored
    }

    public var organization: String
    public var entity: Entity
    public var order = Order.score
    public var isReversed = false
    /// A record must pass all of them.
    public var filters: [ListingFilter] = []

    public init(organization: String, entity: Entity) { (self.organization, self.entity) = (organization, entity) }
}
