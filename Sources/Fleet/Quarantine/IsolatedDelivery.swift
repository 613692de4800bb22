import Contract
import Rabbit

/// A quarantined message that is worked on element by element, each in an isolated turn.
struct IsolatedDelivery {
    let delivery: Delivery
    let message: ParsedMessage
    let elements: [ParsedMessage.Element]
    /// The bytes of each element.
    let bytes: [[UInt8]]
    var next = 0
    /// The elements that crashed too often, with their crash counts. The counts stay until the whole message is settled:
    /// otherwise a crash on a later element would retry the earlier ones.
    var setAside: [(element: Int, crashCount: UInt64)] = []
}
