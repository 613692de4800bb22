/// The account and the contact that a record references, as stored. Each is nil without a reference, and an empty
/// record (revision 0) if the referenced entity is not stored.
public struct RelatedEntities: Equatable, Sendable {
    /// Most records reference nothing: then no room is taken for two records.
    private var byKind: [RecordKind: Record] = [:]

    public init(account: Record? = nil, contact: Record? = nil) { (self.account, self.contact) = (account, contact) }

    public var account: Record? {
        get { byKind[.account] }
        set { byKind[.account] = newValue }
    }

    public var contact: Record? {
        get { byKind[.contact] }
        set { byKind[.contact] = newValue }
    }

    public subscript(kind: RecordKind) -> Record? {
        get { byKind[kind] }
        set { if kind.entity == nil { byKind[kind] = newValue } }
    }

    /// The values' revision of the entity of a kind: 0 if it is not stored, nil without a reference.
    public func revision(_ kind: RecordKind) -> UInt64? { self[kind]?.valuesRevision }
}

extension Record {
    /// The id of the account or contact that the record references. Nil without a reference, or if the record is
    /// deleted or erased.
    public func reference(to kind: RecordKind) -> Exact? {
        guard !isGone, let field = kind.referenceField, let id = text(field) else { return nil }
        return Exact(id)
    }

    /// Whether the record was scored in real time, and its entities have not changed since.
    ///
    /// A record that a large fan-out reaches can be in this state: while there were few referrers, a lane scored it in
    /// real time and died before it published the score.
    public func wasScoredAtOnce(by entities: RelatedEntities) -> Bool {
        guard let scoring, scoring.trigger == .realtime else { return false }
        return RecordKind.related.allSatisfy { entities.revision($0) == scoring.revision(of: $0) }
    }

    /// The record as scoring reads it: its entities' attributes are added under the prefixes `account.` and `contact.`.
    /// If the record has its own value for such a name, that value wins.
    public func joined(with entities: RelatedEntities) -> Record {
        var fresh: [SortedTable<Field, Cell>.Entry] = []
        for kind in RecordKind.related {
            guard let entity = entities[kind], !entity.isGone else { continue }
            for cell in entity.cells.entries {
                guard case .attribute(let name) = cell.key, cell.value.value != nil else { continue }
                let field = Field.attribute(AttributeName(Exact("\(kind.rawValue).\(name.text)")))
                if value(field) == nil { fresh.append(.init(key: field, value: cell.value)) }
            }
        }
        guard !fresh.isEmpty else { return self }
        var joined = self
        let added = Set(fresh.map(\.key))
        joined.cells = SortedTable(cells.entries.filter { !added.contains($0.key) } + fresh)
        return joined
    }
}
