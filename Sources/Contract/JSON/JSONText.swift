import Glibc

/// The bytes of a JSON string, unescaped and valid UTF-8. They may hold NUL. Stands until the next parse.
package struct JSONText {
    let bytes: UnsafeBufferPointer<UInt8>

    @inline(__always)
    var count: Int { bytes.count }

    package var string: String { String(decoding: bytes, as: UTF8.self) }

    @inline(__always)
    package static func == (text: JSONText, literal: StaticString) -> Bool {
        guard text.bytes.count == literal.utf8CodeUnitCount else { return false }
        for index in 0..<text.bytes.count where text.bytes[index] != literal.utf8Start[index] { return false }
        return true
    }

    static func == (text: JSONText, string: String) -> Bool {
        var string = string
        return string.withUTF8 { utf8 in
            guard utf8.count == text.count, let one = utf8.baseAddress, let other = text.bytes.baseAddress else {
                return utf8.count == text.count
            }
            return memcmp(one, other, utf8.count) == 0
        }
    }

    /// Whether it holds one of Unicode's control characters: U+0000 to U+001F, U+007F to U+009F.
    var hasControlCharacter: Bool {
        var previous: UInt8 = 0
        for byte in bytes {
            if byte < 0x20 || byte == 0x7F || (previous == 0xC2 && byte < 0xA0) { return true }
            previous = byte
        }
        return false
    }

    /// Its beginning of at most so many bytes, which ends between two characters as people see them: no accent is cut off
    /// its letter, and what is NFC stays so. Only a character that is longer than all of it is cut itself.
    func beginning(_ most: Int) -> String {
        // Where the last character ends shows what follows it.
        let text = String(decoding: bytes[..<scalarEnd(most + 64)], as: UTF8.self)
        var end = text.startIndex
        var count = 0
        while end < text.endIndex {
            let next = text.index(after: end)
            count += text.utf8.distance(from: end, to: next)
            guard count <= most else { break }
            end = next
        }
        guard end == text.startIndex else { return String(text[..<end]) }
        return String(decoding: bytes[..<scalarEnd(most)], as: UTF8.self)
    }

    /// The end of the last Unicode scalar that ends within so many bytes.
    private func scalarEnd(_ most: Int) -> Int {
        guard most < count else { return count }
        var end = most
        while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return end
    }

    /// Fit to be shown in the path of a field: at most 128 bytes, "?" for each control character.
    package var forPath: String {
        var end = Swift.min(count, 128)
        while end < count, end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        let shown = String(decoding: bytes[..<end], as: UTF8.self)
        guard hasControlCharacter else { return shown }
        return String(
            String.UnicodeScalarView(shown.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
    }
}
