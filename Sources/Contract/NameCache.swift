import LeadModel

/// The attribute names that a reader met lately, so that what every event names again is made once.
///
/// Each name has one place, which its bytes decide: the cache never grows, and two names of one place only cost time.
final class NameCache {
    private var names = [AttributeName?](repeating: nil, count: 1024)

    func name(_ text: JSONText) -> AttributeName {
        let place = place(of: text)
        if let name = names[place], text == name.text { return name }
        let name = AttributeName(Exact(text.string))
        names[place] = name
        return name
    }

    private func place(of text: JSONText) -> Int {
        var sum = UInt64(text.count)
        // The last bytes tell names of one prefix apart.
        for byte in text.bytes.suffix(12) { sum = sum &* 31 &+ UInt64(byte) }
        return Int((sum &* 0x9e37_79b9_7f4a_7c15) >> 54)
    }
}
