import LeadModel

/// Reads one CloudEvent that came under one routing key. Each check stands here or in `RecordFields`, in the order in
/// which a refusal names the first that fails.
struct EventDecoder {
    let key: RoutingKey
    let type: String
    let limits: Limits
    let names: NameCache
    var now: Moment
    /// Whether the body is so long that one of its events may be larger than a stored record.
    var mayBeTooLarge = false

    init(key: RoutingKey, limits: Limits, names: NameCache, now: Moment) {
        (self.key, self.limits, self.names, self.now) = (key, limits, names, now)
        type = key.type
    }

    func event(_ node: JSONNode) throws(Refusal) -> ParsedMessage.Element {
        let envelope = Envelope(node)
        guard let version = envelope.specversion, version.kind == .text, version.text == "1.0" else {
            throw Refusal(.notCloudEvent, "specversion", "must be \"1.0\": a CloudEvent in structured JSON is taken")
        }
        try checkType(envelope.type)
        let id = try identity(envelope.id, "id")
        let source = try identity(envelope.source, "source")
        try checkOrganization(envelope.organization)
        let recordID = try recordID(required(envelope.subject, "subject"), "subject")
        let time = try self.time(envelope.time)
        let sequence = try self.sequence(envelope.sequence)
        if let datacontenttype = envelope.datacontenttype {
            guard MediaType.isJSON(try text(datacontenttype, "datacontenttype").string) else {
                throw Refusal(.badValue, "datacontenttype", "must be application/json or left out")
            }
        }
        if envelope.dataBase64 != nil {
            throw Refusal(.notAllowed, "data_base64", "is not taken; data must be a JSON object")
        }
        var fields = RecordFields(key: key, limits: limits, names: names, now: now)
        switch key.verb {
        case .created, .imported, .updated:
            try fields.read(required(envelope.data, "data"))
            if mayBeTooLarge { fields.fitSize() }
        case .deleted, .erased: break
        }
        let strictly = fields.strictly
        let event = RecordEvent(
            kind: key.kind, verb: key.verb, recordID: recordID, source: source.string, id: id.string, time: time,
            sequence: sequence, isPatch: fields.isPatch, fields: fields.taken())
        return strictly.map { .adjusted(event, strictly: $0) } ?? .event(event)
    }

    private func checkType(_ node: JSONNode?) throws(Refusal) {
        let text = try text(required(node, "type"), "type")
        if text == type { return }
        let parts = text.string.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "leadline", RecordKind(rawValue: String(parts[1])) != nil,
            Verb(rawValue: String(parts[2])) != nil
        else {
            throw Refusal(
                .unknownType, "type",
                "must be leadline.<entity>.<verb>; the entities are lead, opportunity, account, contact, the verbs "
                    + "created, imported, updated, deleted, erased")
        }
        throw Refusal(.routingKeyMismatch, "type", "must be \(type), as the routing key says")
    }

    private func checkOrganization(_ node: JSONNode?) throws(Refusal) {
        let text = try text(required(node, "organization"), "organization")
        if text == key.organization { return }
        guard OrganizationName.isValid(text.string) else {
            throw Refusal(.badValue, "organization", "must be 1 to 40 of a-z, 0-9 and -")
        }
        throw Refusal(.routingKeyMismatch, "organization", "must be the organization of the routing key")
    }

    private func time(_ node: JSONNode?) throws(Refusal) -> Moment {
        let time = try moment(required(node, "time"), "time")
        guard time <= now.adding(seconds: limits.secondsAhead) else {
            throw Refusal(.timeAhead, "time", "lies more than \(limits.secondsAhead) seconds ahead of now")
        }
        return time
    }

    private func sequence(_ node: JSONNode?) throws(Refusal) -> Exact? {
        guard let node else { return nil }
        return Exact(try bounded(node, "sequence", 1...limits.sequenceBytes).string)
    }

    private func identity(_ node: JSONNode?, _ field: String) throws(Refusal) -> JSONText {
        try bounded(required(node, field), field, 1...limits.identityBytes)
    }

    private func recordID(_ node: JSONNode, _ field: String) throws(Refusal) -> Exact {
        Exact(try bounded(node, field, 1...limits.recordIDBytes).string)
    }
}
