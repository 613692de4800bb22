import LeadModel

/// The message that a contact was erased, `leadline.contact.erased`, for consumers that may hold a copy of its values.
public struct ContactErased: Equatable, Sendable {
    public var organization: String
    /// The contact's.
    public var id: Exact
    /// Of the commit that erased it.
    public var revision: UInt64
    /// The records that referenced it.
    public var leads: [Exact]
    public var opportunities: [Exact]

    public init(organization: String, id: Exact, revision: UInt64, leads: [Exact], opportunities: [Exact]) {
        (self.organization, self.id, self.revision) = (organization, id, revision)
        (self.leads, self.opportunities) = (leads, opportunities)
    }

    /// Under `<org>.contact.none.none.erased`, with the id `contact/<contact id>:<revision>`. The ids of its referrers are
    /// sorted, so every publication has the same bytes.
    public func message() -> ResultMessage {
        let (messageID, type) = (ResultID(.contact, id, revision).description, "leadline.contact.erased")
        var json = JSONWriter()
        json.resultHead(
            id: messageID, type: type, subject: id.text, time: Moment(milliseconds: Int64(clamping: revision)),
            organization: organization, kind: .contact)
        json.literal(#"{"revision":"#)
        json.integer(revision)
        json.literal(#","leads":"#)
        json.ids(leads)
        json.literal(#","opportunities":"#)
        json.ids(opportunities)
        json.literal("}}")
        return ResultMessage(
            routingKey: "\(organization).contact.none.none.erased", id: messageID, type: type, body: json.bytes)
    }
}

extension JSONWriter {
    fileprivate mutating func ids(_ ids: [Exact]) {
        literal("[")
        for (index, id) in ids.sorted().enumerated() {
            if index > 0 { literal(",") }
            string(id.text)
        }
        literal("]")
    }

    /// The members of a result before its `data`, whose value comes next; one brace is left open.
    ///
    /// - Parameter kind: of the record. Ids are unique under a source only within one kind.
    mutating func resultHead(
        id: String, type: String, subject: String, time: Moment, organization: String, kind: RecordKind
    ) {
        cloudEventHead(id: id)
        cloudEventMembers(
            source: Names.source(organization: organization, kind: kind), type: type, subject: subject, time: time,
            organization: organization)
        literal(#","datacontenttype":"application/json","data":"#)
    }
}
