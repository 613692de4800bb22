/// Finds the elements of a JSON array in a body, so that a refused element is set aside with its own bytes and malformed
/// JSON in one element does not affect the others.
enum ElementSlices {
    /// Without the blanks around them. Nil if the body is not an array as far as its quotes, brackets and commas
    /// say; what stands between them is not looked at.
    static func of(_ body: UnsafeBufferPointer<UInt8>) -> [Range<Int>]? {
        var at = skipBlanks(body, from: 0)
        guard at < body.count, body[at] == UInt8(ascii: "[") else { return nil }
        at = skipBlanks(body, from: at + 1)
        var slices: [Range<Int>] = []
        if at < body.count, body[at] == UInt8(ascii: "]") {
            return skipBlanks(body, from: at + 1) == body.count ? slices : nil
        }
        while let end = element(body, from: at) {
            var last = end
            while last > at, isBlank(body[last - 1]) { last -= 1 }
            guard last > at else { return nil }
            slices.append(at..<last)
            if body[end] == UInt8(ascii: "]") {
                return skipBlanks(body, from: end + 1) == body.count ? slices : nil
            }
            at = skipBlanks(body, from: end + 1)
        }
        return nil
    }

    /// The comma or the bracket that ends the element; nil if the body ends before.
    private static func element(_ body: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        var at = start
        var depth = 0
        while at < body.count {
            switch body[at] {
            case UInt8(ascii: "\""):
                guard let end = stringEnd(body, from: at + 1) else { return nil }
                at = end
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"):
                depth -= 1
                if depth < 0 { return nil }
            case UInt8(ascii: "]"):
                if depth == 0 { return at }
                depth -= 1
            case UInt8(ascii: ",") where depth == 0: return at
            default: break
            }
            at += 1
        }
        return nil
    }

    /// The quote that ends the string whose bytes begin at `start`.
    static func stringEnd(_ body: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        var at = start
        while at < body.count {
            switch body[at] {
            case UInt8(ascii: "\""): return at
            case UInt8(ascii: "\\"): at += 2
            default: at += 1
            }
        }
        return nil
    }

    static func skipBlanks(_ body: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var at = start
        while at < body.count, isBlank(body[at]) { at += 1 }
        return at
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 || byte == 13 }
}
