/// One value of what a `JSONParser` read: a place on simdjson's tape (its words: CSimdjson.h). Stands until the next
/// parse.
package struct JSONNode {
    let tape: UnsafePointer<UInt64>
    let strings: UnsafePointer<UInt8>
    let index: Int

    package enum Kind { case object, array, text, number, flag, null }

    @inline(__always)
    private var word: UInt64 { tape[index] }

    @inline(__always)
    private var letter: UInt8 { UInt8(truncatingIfNeeded: word >> 56) }

    package var kind: Kind {
        switch letter {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .array
        case UInt8(ascii: "\""): .text
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .flag
        case UInt8(ascii: "n"): .null
        default: .number
        }
    }

    /// The node after this one and all that is in it.
    @inline(__always)
    var next: JSONNode {
        switch letter {
        case UInt8(ascii: "{"), UInt8(ascii: "["): at(Int(UInt32(truncatingIfNeeded: word)))
        case UInt8(ascii: "l"), UInt8(ascii: "u"), UInt8(ascii: "d"): at(index + 2)
        default: at(index + 1)
        }
    }

    /// Of a text. Never for another kind.
    @inline(__always)
    package var text: JSONText {
        let start = strings + Int(word & 0x00FF_FFFF_FFFF_FFFF)
        let count = UnsafeRawPointer(start).loadUnaligned(as: UInt32.self)
        return JSONText(bytes: UnsafeBufferPointer(start: start + 4, count: Int(count)))
    }

    /// Of a flag. Never for another kind.
    package var flag: Bool { letter == UInt8(ascii: "t") }

    /// Of a number, −0 as 0; integers beyond 2⁵³ lose their last digits. Never for another kind.
    package var number: Double {
        let bits = tape[index + 1]
        switch letter {
        case UInt8(ascii: "l"): return Double(Int64(bitPattern: bits))
        case UInt8(ascii: "u"): return Double(bits)
        default:
            let number = Double(bitPattern: bits)
            return number == 0 ? 0 : number
        }
    }

    /// How many members or elements an object or array has (up to 2²⁴ − 1).
    var count: Int { Int(word >> 32 & 0xFF_FFFF) }

    /// An array's elements.
    package var elements: Elements { Elements(node: at(index + 1), end: containerEnd) }

    /// An object's members, as they stand.
    package var members: Members { Members(node: at(index + 1), end: containerEnd) }

    private var containerEnd: Int { Int(UInt32(truncatingIfNeeded: word)) - 1 }

    @inline(__always)
    fileprivate func at(_ index: Int) -> JSONNode { JSONNode(tape: tape, strings: strings, index: index) }

    package struct Elements: Sequence, IteratorProtocol {
        fileprivate var node: JSONNode
        fileprivate let end: Int

        @inline(__always)
        package mutating func next() -> JSONNode? {
            guard node.index < end else { return nil }
            defer { node = node.next }
            return node
        }
    }

    package struct Members: Sequence, IteratorProtocol {
        fileprivate var node: JSONNode
        fileprivate let end: Int

        @inline(__always)
        package mutating func next() -> (key: JSONText, value: JSONNode)? {
            guard node.index < end else { return nil }
            let value = node.at(node.index + 1)
            defer { node = value.next }
            return (node.text, value)
        }
    }
}

extension JSONNode {
    /// The way from this node to the key or value at `other`: "data.attributes.web", "data.list[3]".
    func path(to other: JSONNode) -> String {
        var steps: [String] = []
        var node = self
        search: while node.index != other.index {
            switch node.kind {
            case .object:
                for (key, value) in node.members where value.index - 1 == other.index || value.contains(other) {
                    steps.append(steps.isEmpty ? key.forPath : "." + key.forPath)
                    if value.index - 1 == other.index { break search }
                    node = value
                    continue search
                }
            case .array:
                for (index, value) in node.elements.enumerated() where value.contains(other) {
                    steps.append("[\(index)]")
                    node = value
                    continue search
                }
            default: break
            }
            break
        }
        return steps.joined()
    }

    private func contains(_ other: JSONNode) -> Bool { index <= other.index && other.index < next.index }
}
