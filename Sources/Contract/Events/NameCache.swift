import LeadModel

/// The attribute names that a reader met lately, so that what every event names again is made once.
///
/// Each name has one place, which its bytes decide: the cache never grows, and two names of one place only cost time.
final class NameCache {
    private var names = [AttributeName?](repeating: nil, count: 1024)

    /// The name that was checked before; nil for one that was not, or not lately.
    func name(_ text: JSONText) -> AttributeName? {
        guard let name = names[place(of: text)], text == name.text else { return nil }
        return name
    }

    /// - Parameter check: whether it can be a name. What is kept was checked before.
    func name(_ text: JSONText, check: (JSONText) throws(Refusal) -> Void) throws(Refusal) -> AttributeName {
        if let name = name(text) { return name }
        try check(text)
        let name = AttributeName(Exact(text.string))
        names[place(of: text)] = name
        return name
    }

    /// A hash of the length and of the first and last bytes, in which most names differ.
    private func place(of text: JSONText) -> Int {
        let bytes = UnsafeRawBufferPointer(text.bytes)
        var sum = UInt64(bytes.count)
        if bytes.count >= 8 {
            sum ^= bytes.loadUnaligned(as: UInt64.self) &* 31
            sum ^= bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self)
        } else {
            for byte in bytes { sum = sum << 8 | UInt64(byte) }
        }
        return Int((sum &* 0x9e37_79b9_7f4a_7c15) >> 54)
    }
}
