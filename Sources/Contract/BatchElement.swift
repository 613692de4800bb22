/// One element of a batch's body.
public enum BatchElement {
    /// Its own bytes, as they stand in the body; nothing if the body is no batch, but one event.
    public static func bytes(_ index: Int, of body: [UInt8]) -> [UInt8]? {
        body.withUnsafeBufferPointer { bytes in
            guard let slices = ElementSlices.of(bytes), slices.indices.contains(index) else { return nil }
            return Array(bytes[slices[index]])
        }
    }
}
