import LeadModel

/// Finds the number for which a body was refused, so that the refusal can name its field: the parser says only that
/// there is one.
enum BadNumber {
    /// The path of the first number that is none by JSON's grammar, an integer beyond 64 bits, or beyond a double.
    /// "body" if it is not in an object or array, or the body's structure is broken before it.
    static func path(in body: UnsafeBufferPointer<UInt8>) -> String {
        var steps: [Step] = []
        var at = 0
        while at < body.count {
            switch body[at] {
            case UInt8(ascii: "\""):
                guard let end = ElementSlices.stringEnd(body, from: at + 1) else { return "body" }
                if case .key(nil)? = steps.last { steps[steps.count - 1] = .key(at + 1..<end) }
                at = end
            case UInt8(ascii: "{"): steps.append(.key(nil))
            case UInt8(ascii: "["): steps.append(.index(0))
            case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = steps.popLast()
            case UInt8(ascii: ","):
                switch steps.last {
                case .key?: steps[steps.count - 1] = .key(nil)
                case .index(let index)?: steps[steps.count - 1] = .index(index + 1)
                case nil: return "body"
                }
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                var end = at
                while end < body.count, isPartOfNumber(body[end]) { end += 1 }
                if !isGood(String(decoding: body[at..<end], as: UTF8.self)) { return path(steps, body) }
                at = end - 1
            default: break
            }
            at += 1
        }
        return "body"
    }

    private enum Step {
        /// An object, and where the bytes of its member's name stand once it was seen.
        case key(Range<Int>?)
        case index(Int)
    }

    private static func path(_ steps: [Step], _ body: UnsafeBufferPointer<UInt8>) -> String {
        var path = ""
        for step in steps {
            switch step {
            case .key(let range?):
                let name = JSONText(bytes: UnsafeBufferPointer(rebasing: body[range])).forPath
                path += path.isEmpty ? name : "." + name
            case .key(nil): break
            case .index(let index): path += "[\(index)]"
            }
        }
        return path.isEmpty ? "body" : path
    }

    private static func isPartOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private static func isGood(_ text: String) -> Bool {
        guard JSONNumber.parse(text) != nil else { return false }
        let isInteger = !text.utf8.contains { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") }
        return !isInteger || Int64(text) != nil || UInt64(text) != nil
    }

    /// The same body with a list of a number, a value of no usable type, in place of each number that JSON allows but that
    /// is beyond 64 bits or a double. Nil if a number is none by JSON's grammar.
    static func outOfRangeReplaced(in body: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var replaced = Array(body)
        var at = 0
        while at < body.count {
            switch body[at] {
            case UInt8(ascii: "\""):
                guard let end = ElementSlices.stringEnd(body, from: at + 1) else { return nil }
                at = end
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                var end = at
                while end < body.count, isPartOfNumber(body[end]) { end += 1 }
                let text = String(decoding: body[at..<end], as: UTF8.self)
                if !isGood(text) {
                    guard text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/) != nil, end - at >= 3
                    else {
                        return nil
                    }
                    replaced.replaceSubrange(
                        at..<end, with: Array("[0]".utf8) + [UInt8](repeating: 32, count: end - at - 3))
                }
                at = end - 1
            default: break
            }
            at += 1
        }
        return replaced
    }
}
