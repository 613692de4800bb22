import LeadModel

/// Reads `data.attributes`. No attribute costs the event:
///
/// 1. A text or list over its limit is cut to its beginning.
/// 2. An object is flattened one level: `{"address": {"city": "Bonn"}}` is `address.city`. Spaces around a name are
///    removed, and it is composed (NFC). What the event also gives by its very name yields to that.
/// 3. A value of another type is dropped: the attribute has no value then.
/// 4. Beyond the limit of attributes, those with a value come before those without, each by name; the rest is dropped.
///
/// What is kept follows from what the event says, never from the order of its members.
extension RecordFields {
    mutating func readAttributes(_ node: JSONNode, room: Int) throws(Refusal) {
        guard node.kind == .object else { throw Refusal(.wrongType, "data.attributes", "must be an object") }
        if node.count > limits.attributes {
            note(Refusal(.tooLarge, "data.attributes", "has more than \(limits.attributes) attributes"))
        }
        let start = fields.count
        fields.reserveCapacity(start + min(node.count, limits.attributes) + room)
        var others: [(name: JSONText, value: JSONNode)] = []
        for (name, value) in node.members {
            if value.kind == .object {
                note(Refusal(.wrongType, Self.path(name), Self.types))
                others.append((name, value))
            } else if let known = names.name(name) {
                add(value, known, name)
            } else if Exact(Self.tidied(name.string)) != Exact(name.string) {
                others.append((name, value))
            } else if let known = known(name) {
                add(value, known, name)
            }
        }
        if !others.isEmpty { addUnlessGiven(others, from: start) }
        if fields.count - start > limits.attributes { dropBeyondLimit(from: start) }
    }

    private static let types = "must be a text, number, boolean, null or list of texts"

    private static func path(_ name: JSONText) -> String { "data.attributes.\(name.forPath)" }

    /// Control characters are left, so that a name with any is refused: a line end is one too.
    private static func tidied(_ name: String) -> String {
        name.utf8.contains { $0 < 0x20 } ? name : name.tidied
    }

    private mutating func add(_ node: JSONNode, _ known: AttributeName, _ name: JSONText) {
        let (value, adjustment) = fitted(node, as: name)
        fields.append(FieldValue(.attribute(known), value, adjustment))
    }

    /// Nil for what is no name of an attribute, which is noted.
    private mutating func known(_ name: JSONText) -> AttributeName? {
        do throws(Refusal) {
            return try names.name(name) { [limits] (text) throws(Refusal) in
                try check(key: text, Self.path(name), 1...limits.attributeNameBytes)
            }
        } catch {
            note(error)
            unstored.append(Exact(name.forPath))
            return nil
        }
    }

    private mutating func fitted(_ node: JSONNode, as name: JSONText) -> (Value?, Adjustment?) {
        switch node.kind {
        case .text:
            let (text, adjustment) = fitted(node.text, Self.path(name))
            return (.text(text), adjustment)
        case .number: return (.number(node.number), nil)
        case .flag: return (.flag(node.flag), nil)
        case .null: return (nil, nil)
        case .array: return list(node, as: name)
        case .object:
            note(Refusal(.wrongType, Self.path(name), Self.types))
            return (nil, .dropped)
        }
    }

    private mutating func list(_ node: JSONNode, as name: JSONText) -> (Value?, Adjustment?) {
        var adjustment: Adjustment?
        if node.count > limits.listEntries {
            note(Refusal(.tooLarge, Self.path(name), "has more than \(limits.listEntries) entries"))
            adjustment = .cut
        }
        var entries: [String] = []
        entries.reserveCapacity(min(node.count, limits.listEntries))
        for (index, entry) in node.elements.enumerated() {
            guard entry.kind == .text else {
                note(Refusal(.wrongType, "\(Self.path(name))[\(index)]", "must be a text"))
                return (nil, .dropped)
            }
            guard index < limits.listEntries else { continue }
            let (text, cut) = fitted(entry.text, "\(Self.path(name))[\(index)]")
            entries.append(text)
            adjustment = adjustment ?? cut
        }
        return (.list(entries), adjustment)
    }

    /// A text as far as its limit.
    mutating func fitted(_ text: JSONText, _ path: @autoclosure () -> String) -> (String, Adjustment?) {
        if text.count <= limits.textBytes { return (text.string, nil) }
        note(Refusal(.tooLarge, path(), "is longer than \(limits.textBytes) bytes"))
        return (text.beginning(limits.textBytes), .cut)
    }

    /// Adds the members of objects, and what has a name that must be tidied.
    ///
    /// - Parameter start: where the event's attributes begin.
    private mutating func addUnlessGiven(_ others: [(name: JSONText, value: JSONNode)], from start: Int) {
        var given = Set(fields[start...].compactMap(\.field.attributeName))
        var named: [(object: Exact, member: Exact, name: String, value: JSONNode)] = []
        for (name, value) in others {
            let object = name.string
            guard value.kind == .object else {
                named.append((Exact(object), "", object, value))
                continue
            }
            for (member, value) in value.members {
                named.append((Exact(object), Exact(member.string), "\(object).\(member.string)", value))
            }
        }
        // In an order of their own, so that of two that make the same name always the same one is kept.
        named.sort { ($0.object, $0.member) < ($1.object, $1.member) }
        for (_, _, name, value) in named {
            Array(Self.tidied(name).utf8).withUnsafeBufferPointer { bytes in
                let name = JSONText(bytes: bytes)
                guard let known = known(name) else { return }
                guard !given.insert(known).inserted else { return add(value, known, name) }
                note(Refusal(.badValue, Self.path(name), "is given twice"))
                unstored.append(known.exact)
            }
        }
    }

    private mutating func dropBeyondLimit(from start: Int) {
        var sorted = fields[start...].compactMap { said in
            said.field.attributeName.map { (hasNoValue: said.value == nil ? 1 : 0, name: $0.exact, said: said) }
        }
        sorted.sort { ($0.hasNoValue, $0.name) < ($1.hasNoValue, $1.name) }
        unstored += sorted[limits.attributes...].map(\.name)
        fields.replaceSubrange(start..., with: sorted[..<limits.attributes].map(\.said))
    }
}
