import LeadModel

/// One lane's copy of a partition's dictionary of attribute names: blobs contain ids in place of names.
///
/// The commit script assigns the ids. A name that a lane adds here is a proposal, which is accepted with the commit that
/// uses it. If another lane added names first, the script refuses and the lane reads the dictionary again.
public struct NameTable: Sendable {
    /// Distinguishes this dictionary from another one at the same key, such as after a flush: their ids don't match.
    public private(set) var incarnation: String
    /// The known names, proposals last; a name's id is its position from 1.
    private var names: [AttributeName] = []
    /// The ids in the order of the names' hashes, to find a name by.
    private var byHash: [(hash: UInt64, id: Int)] = []
    /// How many of `names` are proposals of this lane.
    private var proposedCount = 0

    /// For an empty partition.
    public init(incarnation: String) { self.incarnation = incarnation }

    /// - Parameter list: the list in Redis, the incarnation first.
    init?(list: [String]) {
        guard let incarnation = list.first else { return nil }
        self.init(incarnation: incarnation)
        append(list.dropFirst())
    }

    mutating func append(_ known: some Sequence<String>) {
        for name in known { add(AttributeName(Exact(name))) }
    }

    private mutating func add(_ name: AttributeName) {
        names.append(name)
        byHash.insert((name.hash, names.count), at: place(of: name.hash))
    }

    public var count: Int { names.count }

    /// The length of the list in Redis, including the incarnation: the proposals follow after it.
    var knownLength: Int { 1 + names.count - proposedCount }

    var proposed: ArraySlice<AttributeName> { names.suffix(proposedCount) }

    mutating func accept() { proposedCount = 0 }

    /// The attributes of an event that are not in the dictionary.
    public func unknown(in event: RecordEvent) -> [AttributeName] {
        var unknown: [AttributeName] = []
        var next = 0
        for case .attribute(let name) in event.fields.lazy.map(\.field) {
            if let place = find(name.exact, name.hash, from: next) { next = place + 1 } else { unknown.append(name) }
        }
        return unknown
    }

    /// The id of a name, which is proposed if it is not in the dictionary.
    mutating func id(_ name: Exact) -> Int {
        let place = find(name, FNV1a.hash(name.text), from: 0)
        return place.map { byHash[$0].id } ?? propose(AttributeName(name))
    }

    /// The ids of the attributes among a record's cells, from a place on; unknown ones are proposed.
    mutating func ids(
        of cells: [SortedTable<Field, Record.Cell>.Entry], from start: Int
    ) -> [(id: Int, place: Int)] {
        var ids: [(id: Int, place: Int)] = []
        ids.reserveCapacity(cells.count - start)
        var next = 0
        for place in start..<cells.count {
            guard case .attribute(let name) = cells[place].key else { continue }
            if let found = find(name.exact, name.hash, from: next) {
                ids.append((byHash[found].id, place))
                next = found + 1
            } else {
                ids.append((propose(name), place))
            }
        }
        return ids
    }

    private mutating func propose(_ name: AttributeName) -> Int {
        add(name)
        proposedCount += 1
        return names.count
    }

    /// The place in `byHash` of a name, which is likely to be `next`.
    private func find(_ name: Exact, _ hash: UInt64, from next: Int) -> Int? {
        func holds(_ place: Int) -> Bool {
            byHash[place].hash == hash && names[byHash[place].id - 1].exact == name
        }
        if next < byHash.count, holds(next) { return next }
        return byHash[place(of: hash)...].indices.prefix { byHash[$0].hash == hash }.first(where: holds)
    }

    /// The first place in `byHash` that holds no lower hash.
    private func place(of hash: UInt64) -> Int {
        var (low, high) = (0, byHash.count)
        while low < high {
            let middle = (low + high) / 2
            if byHash[middle].hash < hash { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Nil for an id beyond the dictionary, and for one whose name is lost (an empty text holds its place).
    func name(_ id: Int) -> AttributeName? {
        guard names.indices.contains(id - 1), !names[id - 1].text.isEmpty else { return nil }
        return names[id - 1]
    }
}
