import LeadModel

/// CloudEvents' binary mode: the attributes are headers of the message, and its body is `data` alone.
///
/// It is read by writing the same event in structured mode, so both have the same refusals with the same texts.
enum BinaryMode {
    /// - Throws: `Refusal` if the body by itself is no JSON: within an event, what is open in it could close elsewhere.
    static func structured(
        _ attributes: [(name: String, value: EventMessage.Attribute)], data: [UInt8], _ limits: Limits
    ) throws(Refusal) -> [UInt8] {
        let isEmpty = data.allSatisfy { $0 <= 0x20 }
        if !isEmpty, try isStructured(data, limits) { return data }
        var event = JSONWriter()
        event.bytes.reserveCapacity(data.count + 512)
        event.literal("{")
        for (number, (name, value)) in attributes.enumerated() {
            if number > 0 { event.literal(",") }
            event.string(name)
            event.literal(":")
            event.attribute(value, isTime: name == "time")
        }
        if !isEmpty {
            event.literal(",\"data\":")
            event.bytes += data
        }
        event.literal("}")
        return event.bytes
    }

    /// Whether the body is an event in structured mode after all, the headers being copies: no record's data has a
    /// `specversion`.
    private static func isStructured(_ data: [UInt8], _ limits: Limits) throws(Refusal) -> Bool {
        let parser = JSONParser(mostBytes: limits.bodyBytes, mostDepth: limits.depth)
        return try data.withUnsafeBufferPointer { (bytes) throws(Refusal) -> Bool in
            do throws(JSONParser.Fault) {
                let root = try parser.parse(bytes)
                return root.kind == .object && root.members.contains { $0.key == "specversion" }
            } catch {
                switch error {
                // The event as a whole has the same fault, and the reader then names the place.
                case .number, .depth, .size: return false
                case .grammar, .utf8: throw EventReader.refusal(error, bytes, limits)
                }
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func attribute(_ value: EventMessage.Attribute, isTime: Bool) {
        switch value {
        case .text(let text): string(text)
        // As CloudEvents' libraries write a time for AMQP: milliseconds since 1970.
        case .integer(let number) where isTime: moment(Moment(milliseconds: number))
        case .integer(let number): integer(number)
        case .flag(let flag): literal(flag ? "true" : "false")
        case .time(let seconds): moment(Moment(microseconds: 0).adding(seconds: Int64(clamping: seconds)))
        case .null: literal("null")
        case .other: literal("[]")
        }
    }
}
