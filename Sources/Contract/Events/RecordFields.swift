import LeadModel

/// What `data` says of a record: its fields, as a `RecordEvent` holds them.
struct RecordFields {
    let key: RoutingKey
    let limits: Limits
    let names: NameCache
    let now: Moment
    var fields: [FieldValue] = []
    private(set) var isPatch = false
    /// For what a strict organization refuses the event: the first value that had to be cut or dropped.
    private(set) var strictly: Refusal?
    /// The names of members that can't be stored at all.
    var unstored: [Exact] = []

    init(key: RoutingKey, limits: Limits, names: NameCache, now: Moment) {
        (self.key, self.limits, self.names, self.now) = (key, limits, names, now)
    }

    /// What was read, given away and not copied.
    mutating func taken() -> [FieldValue] {
        var taken: [FieldValue] = []
        swap(&taken, &fields)
        return taken
    }

    /// Notes that a value does not fit.
    mutating func note(_ refusal: Refusal) { strictly = strictly ?? refusal }

    mutating func read(_ data: JSONNode) throws(Refusal) {
        guard data.kind == .object else { throw Refusal(.wrongType, "data", "must be an object") }
        for (name, value) in data.members {
            if name == "attributes" {
                try readAttributes(value, room: data.count + 2)
            } else if name == "name" {
                readText(value, .name, "data.name")
            } else if name == "owner" {
                readText(value, .owner, "data.owner")
            } else if name == "patch" {
                try readPatch(value)
            } else if key.kind.entity == nil, Self.ofScoredAlone.contains(where: { name == $0 }) {
                throw Refusal(.notAllowed, "data.\(name.forPath)", "is for leads and opportunities alone")
            } else if name == "status" {
                try readStatus(value)
            } else if name == "stage" {
                readText(value, .stage, "data.stage")
            } else if name == "process" {
                readText(value, .process, "data.process")
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
        if !unstored.isEmpty { fields.append(FieldValue(.dropped, DroppedMembers(unstored).value)) }
    }

    /// What accounts and contacts do not have: they are never scored, and name nobody.
    private static let ofScoredAlone = [
        "status", "process", "stage", "stageSince", "createdAt", "closedAt", "related",
    ]

    private mutating func readText(_ node: JSONNode, _ field: Field, _ path: StaticString) {
        switch node.kind {
        case .null: fields.append(FieldValue(field, nil))
        case .text:
            let (text, adjustment) = fitted(node.text, "\(path)")
            fields.append(FieldValue(field, .text(text), adjustment))
        default:
            note(Refusal(.wrongType, "\(path)", "must be a text"))
            fields.append(FieldValue(field, nil, .dropped))
        }
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
}
