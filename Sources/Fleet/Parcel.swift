import Contract
import Rabbit

/// A message that a lane holds, with what was read from it.
struct Parcel {
    let delivery: Delivery
    let source: Source
    let reading: Reading
    let arrived = ContinuousClock.now

    /// How many records' worth of work it is.
    var size: Int { if case .elements(let elements) = reading.content { elements.count } else { 1 } }

    /// Whether it may have been worked before: then it is published again what is stored.
    var isRepeat: Bool {
        delivery.redelivered || delivery.properties.headers[Names.Header.again] != nil
            || delivery.properties.headers["x-death"] != nil
    }
}
