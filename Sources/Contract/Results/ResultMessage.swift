import LeadModel

/// A result, ready to be published to `leadline.scores`.
public struct ResultMessage: Equatable, Sendable {
    public var routingKey: String
    /// Of a `ResultID`: what was committed, and the same however often it is sent.
    public var id: String
    /// The CloudEvent's, like `leadline.lead.scored`.
    public var type: String
    /// `Names.ContentType.event`.
    public var body: [UInt8]
}
