/// The elements of a batch's body.
public enum BatchElements {
    /// Each with its own bytes, as they stand in the body; nil if the body is no batch, but one event.
    public static func of(_ body: [UInt8]) -> [[UInt8]]? {
        body.withUnsafeBufferPointer { bytes in
            ElementSlices.of(bytes)?.map { Array(bytes[$0]) }
        }
    }
}
