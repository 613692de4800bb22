import LeadModel

/// Reads the messages of `leadline.records`.
///
/// 1. It turns every message into events or refusals, and never crashes.
/// 2. It refuses one element of a batch without affecting the others.
/// 3. A refusal gives the reason, and never contains a value of the event.
///
/// Between messages it keeps only its parser's memory, the last routing key and some attribute names. It doesn't check
/// whether the organization exists. Created once, used by one thread.
public final class EventReader {
    public let limits: Limits
    let parser: JSONParser
    private let names = NameCache()
    /// For the routing key of the last message: the next has likely the same.
    private var last: (routingKey: String, decoder: EventDecoder)?

    public init(limits: Limits = .standard) {
        self.limits = limits
        parser = JSONParser(mostBytes: limits.bodyBytes, mostDepth: limits.depth)
    }

    /// - Parameter now: from which an event's time may lie only so far ahead.
    public func read(body: [UInt8], contentType: String?, routingKey: String, now: Moment) -> ParsedMessage {
        let decoder: EventDecoder
        do {
            decoder = try self.decoder(routingKey, bodyBytes: body.count, now: now)
        } catch {
            return ParsedMessage(key: nil, content: .refused(error))
        }
        let key = decoder.key
        do {
            let shape = try MediaType.shape(contentType)
            let content = try body.withUnsafeBufferPointer { (bytes) throws(Refusal) -> [ParsedMessage.Element] in
                try elements(bytes, shape, decoder)
            }
            return ParsedMessage(key: key, content: .elements(content))
        } catch {
            return ParsedMessage(key: key, content: .refused(error))
        }
    }

    private func decoder(_ routingKey: String, bodyBytes: Int, now: Moment) throws(Refusal) -> EventDecoder {
        if last?.routingKey != routingKey {
            let key = try RoutingKey(parsing: routingKey)
            last = (routingKey, EventDecoder(key: key, limits: limits, names: names, now: now))
        }
        last!.decoder.now = now
        // What is stored of an event is at most a third larger than its JSON, and its attributes' overhead.
        last!.decoder.mayBeTooLarge = bodyBytes > limits.recordBytes / 2
        return last!.decoder
    }

    private func elements(
        _ body: UnsafeBufferPointer<UInt8>, _ shape: MediaType.Shape, _ decoder: EventDecoder
    ) throws(Refusal) -> [ParsedMessage.Element] {
        guard body.count <= limits.bodyBytes else {
            throw Refusal(.tooLarge, "body", "is longer than \(limits.bodyBytes) bytes")
        }
        let root: JSONNode
        do throws(JSONParser.Fault) {
            root = try parser.parse(body)
        } catch {
            // Of a batch the fault may be one element's own.
            guard shape != .event, let slices = ElementSlices.of(body) else {
                return [try event(withBadNumber: error, body, decoder)]
            }
            try checkCount(slices.count)
            return eachAlone(slices, body, decoder)
        }
        switch (root.kind, shape) {
        case (.object, .event), (.object, .either): return [try event(root, decoder)]
        case (.array, .batch), (.array, .either): return try batch(root, body, decoder)
        case (_, .event): throw Refusal(.notCloudEvent, "body", "must be an object, as the content type says")
        case (_, .batch): throw Refusal(.notCloudEvent, "body", "must be an array, as the content type says")
        case (_, .either): throw Refusal(.notCloudEvent, "body", "must be an object, or an array of objects")
        }
    }

    private func batch(
        _ root: JSONNode, _ body: UnsafeBufferPointer<UInt8>, _ decoder: EventDecoder
    ) throws(Refusal) -> [ParsedMessage.Element] {
        try checkCount(root.count)
        var elements: [ParsedMessage.Element] = []
        elements.reserveCapacity(root.count)
        var slices: [Range<Int>]?
        for node in root.elements {
            do throws(Refusal) {
                guard node.kind == .object else { throw Refusal(.notCloudEvent, "body", "must be an object") }
                elements.append(try event(node, decoder).at(elements.count))
            } catch {
                if slices == nil { slices = ElementSlices.of(body) }
                guard let slices, slices.count == root.count else { throw error }
                elements.append(refused(error, elements.count, body[slices[elements.count]]))
            }
        }
        return elements
    }

    /// The elements of a batch that as a whole is no JSON.
    private func eachAlone(
        _ slices: [Range<Int>], _ body: UnsafeBufferPointer<UInt8>, _ decoder: EventDecoder
    ) -> [ParsedMessage.Element] {
        slices.enumerated().map { index, range in
            let bytes = UnsafeBufferPointer(rebasing: body[range])
            do throws(Refusal) {
                let root: JSONNode
                do throws(JSONParser.Fault) { root = try parser.parse(bytes) } catch {
                    return try event(withBadNumber: error, bytes, decoder).at(index)
                }
                guard root.kind == .object else { throw Refusal(.notCloudEvent, "body", "must be an object") }
                return try event(root, decoder).at(index)
            } catch {
                return refused(error, index, body[range])
            }
        }
    }

    /// An event that can't be parsed, if that is only because of numbers out of range: they are dropped.
    private func event(
        withBadNumber fault: JSONParser.Fault, _ bytes: UnsafeBufferPointer<UInt8>, _ decoder: EventDecoder
    ) throws(Refusal) -> ParsedMessage.Element {
        let refusal = Self.refusal(fault, bytes, limits)
        guard fault == .number, let replaced = BadNumber.outOfRangeReplaced(in: bytes) else { throw refusal }
        let element = try replaced.withUnsafeBufferPointer { (bytes) throws(Refusal) -> ParsedMessage.Element? in
            guard let root = try? parser.parse(bytes), root.kind == .object else { return nil }
            do throws(Refusal) { return try event(root, decoder) } catch {
                // What is wrong elsewhere costs the event, and the number would not.
                throw error.field == refusal.field ? refusal : error
            }
        }
        switch element {
        case .event(let event)?, .adjusted(let event, _)?: return .adjusted(event, strictly: refusal)
        case .refused?, nil: throw refusal
        }
    }

    private func event(_ node: JSONNode, _ decoder: EventDecoder) throws(Refusal) -> ParsedMessage.Element {
        if let key = parser.duplicateKey(in: node) {
            throw Refusal(.duplicateKey, node.path(to: key), "stands twice in its object")
        }
        return try decoder.event(node)
    }

    private func checkCount(_ count: Int) throws(Refusal) {
        guard count > 0 else { throw Refusal(.emptyBatch, "body", "must hold at least one event") }
        guard count <= limits.batchEvents else {
            throw Refusal(.tooLarge, "body", "has more than \(limits.batchEvents) events")
        }
    }

    private func refused(_ refusal: Refusal, _ index: Int, _ bytes: Slice<UnsafeBufferPointer<UInt8>>)
        -> ParsedMessage.Element
    {
        var refusal = refusal
        refusal.index = index
        return .refused(refusal, bytes: Array(bytes))
    }

    static func refusal(
        _ fault: JSONParser.Fault, _ body: UnsafeBufferPointer<UInt8>, _ limits: Limits
    ) -> Refusal {
        switch fault {
        case .grammar:
            if body.isEmpty { return Refusal(.notJSON, "body", "is empty") }
            if body.starts(with: [0xEF, 0xBB, 0xBF]) {
                return Refusal(.notJSON, "body", "begins with a byte order mark, which JSON does not allow")
            }
            return Refusal(.notJSON, "body", "is not one JSON value")
        case .utf8: return Refusal(.notJSON, "body", "is not UTF-8")
        case .number:
            return Refusal(
                .badNumber, BadNumber.path(in: body),
                "must be a number as JSON writes it, of 64 bits if it is an integer, else within a double")
        case .depth:
            return Refusal(.tooLarge, "body", "is nested deeper than \(limits.depth) levels")
        case .size: return Refusal(.tooLarge, "body", "is longer than \(limits.bodyBytes) bytes")
        }
    }
}
