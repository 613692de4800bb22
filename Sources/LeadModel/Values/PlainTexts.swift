/// Numbers by plain ASCII texts, found without regard to case and without making a text: one flat table with open
/// addresses, since most values of records are such texts.
struct PlainTexts: Sendable {
    private struct Slot {
        var hash: UInt64
        /// Of `bytes`.
        var start: UInt32
        var count: UInt32
        /// −1: free.
        var number: Int32
    }

    private var slots: [Slot] = []
    private var bytes: [UInt8] = []
    private var mask = 0

    /// - Parameter numbers: by text; a text that is not plain, or not in small letters, is never found.
    init(_ numbers: [String: Int]) {
        guard !numbers.isEmpty else { return }
        var size = 4
        while size < numbers.count * 2 { size *= 2 }
        (slots, mask) = (Array(repeating: Slot(hash: 0, start: 0, count: 0, number: -1), count: size), size - 1)
        for (text, number) in numbers {
            let hash = FNV1a.hash(text)
            var place = Int(truncatingIfNeeded: hash) & mask
            while slots[place].number >= 0 { place = (place + 1) & mask }
            slots[place] = Slot(
                hash: hash, start: UInt32(bytes.count), count: UInt32(text.utf8.count), number: Int32(number))
            bytes += text.utf8
        }
    }

    /// The number of a text with this hash of its bytes in small letters.
    @inline(__always)
    func number(of text: UnsafeBufferPointer<UInt8>, hash: UInt64) -> Int? {
        guard !slots.isEmpty else { return nil }
        var place = Int(truncatingIfNeeded: hash) & mask
        while slots[place].number >= 0 {
            let slot = slots[place]
            if slot.hash == hash, slot.count == text.count, isEqual(text, from: Int(slot.start)) {
                return Int(slot.number)
            }
            place = (place + 1) & mask
        }
        return nil
    }

    func number(of text: UnsafeBufferPointer<UInt8>) -> Int? { number(of: text, hash: Self.hash(text)) }

    func number(of text: String) -> Int? {
        var text = text
        return text.withUTF8 { number(of: $0) }
    }

    /// FNV-1a of the bytes, ASCII letters in small.
    @inline(__always)
    static func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash = FNV1a()
        for byte in text { hash.combine(byte.lowercased) }
        return hash.value
    }

    private func isEqual(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Bool {
        for index in 0..<text.count where bytes[start + index] != text[index].lowercased { return false }
        return true
    }
}

extension UInt8 {
    /// Of an ASCII letter.
    @inline(__always)
    var lowercased: UInt8 { (65...90).contains(self) ? self | 0x20 : self }
}
