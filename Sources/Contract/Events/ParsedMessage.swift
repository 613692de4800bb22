import LeadModel

/// What a message from `leadline.records` was found to be.
public struct ParsedMessage {
    /// Nil if the routing key itself is refused.
    public var key: RoutingKey?
    public var content: Content

    public init(key: RoutingKey?, content: Content) { (self.key, self.content) = (key, content) }

    public enum Content {
        /// The whole message is refused: to be set aside as it came.
        case refused(Refusal)
        /// An event alone, or the elements of a batch in their order. Never empty.
        case elements([Element])
    }

    public enum Element {
        case event(RecordEvent)
        /// An event of which some values did not fit and were cut or dropped.
        ///
        /// - Parameter strictly: what a strict organization refuses it for.
        case adjusted(RecordEvent, strictly: Refusal)
        /// An element of a batch, with its own bytes as they stood in the body; by itself it is
        /// `application/cloudevents+json`.
        case refused(Refusal, bytes: [UInt8])

        /// The same, as an element of a batch.
        func at(_ index: Int) -> Element {
            guard case .adjusted(let event, var refusal) = self else { return self }
            refusal.index = index
            return .adjusted(event, strictly: refusal)
        }
    }
}
