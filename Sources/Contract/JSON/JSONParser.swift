internal import CSimdjson

/// A JSON parser that is used again and again. What it read stands until the next parse. For one thread.
package final class JSONParser {
    private let reader: OpaquePointer

    package init(mostBytes: Int, mostDepth: Int) {
        guard let reader = json_reader_new(mostBytes, mostDepth) else { preconditionFailure("out of memory") }
        self.reader = reader
    }

    deinit { json_reader_free(reader) }

    package enum Fault: Error {
        case grammar, utf8, number, depth, size
    }

    package func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(Fault) -> JSONNode {
        switch json_reader_parse(reader, bytes.baseAddress, bytes.count) {
        case json_fault_none:
            return JSONNode(tape: json_reader_tape(reader), strings: json_reader_strings(reader), index: 1)
        case json_fault_utf8: throw .utf8
        case json_fault_number: throw .number
        case json_fault_depth: throw .depth
        case json_fault_size: throw .size
        case json_fault_memory: preconditionFailure("out of memory")
        default: throw .grammar
        }
    }

    /// A key that stands for the second time in its object, in `node` or anywhere in it.
    package func duplicateKey(in node: JSONNode) -> JSONNode? {
        let index = json_reader_duplicate(reader, node.index)
        return index == 0 ? nil : JSONNode(tape: node.tape, strings: node.strings, index: index)
    }
}
