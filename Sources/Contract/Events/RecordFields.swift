import LeadModel

/// What `data` says of a record: its fields, as a `RecordEvent` holds them.
struct RecordFields {
    let key: RoutingKey
    let limits: Limits
    let names: NameCache
    let now: Moment
    private var fields: [FieldValue] = []
    private(set) var isPatch = false

    init(key: RoutingKey, limits: Limits, names: NameCache, now: Moment) {
        (self.key, self.limits, self.names, self.now) = (key, limits, names, now)
    }

    /// What was read, given away and not copied.
    mutating func taken() -> [FieldValue] {
        var taken: [FieldValue] = []
        swap(&taken, &fields)
        return taken
    }

    mutating func read(_ data: JSONNode) throws(Refusal) {
        guard data.kind == .object else { throw Refusal(.wrongType, "data", "must be an object") }
        for (name, value) in data.members {
            if name == "attributes" {
                try readAttributes(value, room: data.count + 2)
            } else if name == "name" {
                try readText(value, .name, "data.name")
            } else if name == "owner" {
                try readText(value, .owner, "data.owner")
            } else if name == "patch" {
                try readPatch(value)
            } else if key.kind.entity == nil, Self.ofScoredAlone.contains(where: { name == $0 }) {
                throw Refusal(.notAllowed, "data.\(name.forPath)", "is for leads and opportunities alone")
            } else if name == "status" {
                try readStatus(value)
            } else if name == "stage" {
                try readText(value, .stage, "data.stage")
            } else if name == "process" {
                try readText(value, .process, "data.process")
            } else if name == "createdAt" {
                try readMoment(value, .createdAt, "data.createdAt")
            } else if name == "closedAt" {
                try readMoment(value, .closedAt, "data.closedAt")
            } else if name == "stageSince" {
                try readMoment(value, .stageSince, "data.stageSince")
            } else if name == "related" {
                try readRelated(value)
            } else {
                throw Refusal(
                    .unknownField, "data.\(name.forPath)",
                    "is not known; what a connector adds of its own belongs into data.attributes")
            }
        }
    }

    /// What accounts and contacts do not have: they are never scored, and name nobody.
    private static let ofScoredAlone = [
        "status", "process", "stage", "stageSince", "createdAt", "closedAt", "related",
    ]

    private mutating func readText(_ node: JSONNode, _ field: Field, _ path: String) throws(Refusal) {
        guard node.kind != .null else { return fields.append(FieldValue(field, nil)) }
        fields.append(FieldValue(field, .text(try text(node, path, most: limits.textBytes).string)))
    }

    private mutating func readMoment(_ node: JSONNode, _ field: Field, _ path: String) throws(Refusal) {
        guard node.kind != .null else { return fields.append(FieldValue(field, nil)) }
        let date = try moment(node, path)
        guard date <= now.adding(seconds: limits.dateSecondsAhead) else {
            throw Refusal(.timeAhead, path, "lies more than \(limits.dateSecondsAhead) seconds ahead of now")
        }
        fields.append(FieldValue(field, .number(Double(date.milliseconds))))
    }

    private mutating func readStatus(_ node: JSONNode) throws(Refusal) {
        guard node.kind != .null else { return fields.append(FieldValue(.status, nil)) }
        let text = try text(node, "data.status")
        guard let outcomes = key.kind.entity?.outcomes else { return }
        for status in [Status.open, outcomes.positive, outcomes.negative] where text == status.rawValue {
            return fields.append(FieldValue(.status, .text(status.rawValue)))
        }
        throw Refusal(
            .badValue, "data.status",
            "must be open, \(outcomes.positive.rawValue) or \(outcomes.negative.rawValue)")
    }

    private mutating func readPatch(_ node: JSONNode) throws(Refusal) {
        guard key.verb == .updated else {
            throw Refusal(.notAllowed, "data.patch", "is for updated alone; created and imported say all")
        }
        guard node.kind == .flag else { throw Refusal(.wrongType, "data.patch", "must be true or false") }
        isPatch = node.flag
    }

    private mutating func readRelated(_ node: JSONNode) throws(Refusal) {
        switch node.kind {
        case .null: fields += [FieldValue(.account, nil), FieldValue(.contact, nil)]
        case .object:
            for (name, value) in node.members {
                if name == "account" {
                    try readRelatedID(value, .account, "data.related.account")
                } else if name == "contact" {
                    try readRelatedID(value, .contact, "data.related.contact")
                } else {
                    throw Refusal(
                        .unknownField, "data.related.\(name.forPath)", "is not known; account and contact are")
                }
            }
        default: throw Refusal(.wrongType, "data.related", "must be an object")
        }
    }

    private mutating func readRelatedID(_ node: JSONNode, _ field: Field, _ path: String) throws(Refusal) {
        guard node.kind != .null else { return fields.append(FieldValue(field, nil)) }
        fields.append(FieldValue(field, .text(try bounded(node, path, 1...limits.recordIDBytes).string)))
    }

    private mutating func readAttributes(_ node: JSONNode, room: Int) throws(Refusal) {
        guard node.kind == .object else { throw Refusal(.wrongType, "data.attributes", "must be an object") }
        guard node.count <= limits.attributes else {
            throw Refusal(.tooLarge, "data.attributes", "has more than \(limits.attributes) attributes")
        }
        fields.reserveCapacity(fields.count + node.count + room)
        for (name, value) in node.members {
            func path() -> String { "data.attributes.\(name.forPath)" }
            let known = try names.name(name) { (text) throws(Refusal) in
                try check(key: text, path(), 1...limits.attributeNameBytes)
            }
            fields.append(FieldValue(.attribute(known), try attribute(value, path())))
        }
    }

    private func attribute(_ node: JSONNode, _ path: @autoclosure () -> String) throws(Refusal) -> Value? {
        switch node.kind {
        case .text: return .text(try text(node, path(), most: limits.textBytes).string)
        case .number: return .number(node.number)
        case .flag: return .flag(node.flag)
        case .null: return nil
        case .array:
            guard node.count <= limits.listEntries else {
                throw Refusal(.tooLarge, path(), "has more than \(limits.listEntries) entries")
            }
            var entries: [String] = []
            entries.reserveCapacity(node.count)
            for entry in node.elements {
                entries.append(try text(entry, "\(path())[\(entries.count)]", most: limits.textBytes).string)
            }
            return .list(entries)
        case .object:
            throw Refusal(.wrongType, path(), "must be a text, number, boolean, null or list of texts")
        }
    }
}
