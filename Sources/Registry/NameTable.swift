import LeadModel

/// A partition's dictionary of attribute names as one lane knows it: blobs hold ids in place of names.
///
/// Ids are given out by the commit script. What a lane adds here is a proposal that becomes true with the commit that
/// carries it; where another lane was quicker, the script refuses and the lane reads the dictionary anew.
public struct NameTable: Sendable {
    /// Tells this dictionary from any other that ever stood at its key, as after a flush: ids of one mean nothing in
    /// another.
    public private(set) var incarnation: String
    /// The names whose ids the dictionary in Redis is known to have; ids are 1, 2, ….
    private var names: [Exact] = []
    private var ids: [Exact: Int] = [:]
    /// How many of `names` are proposals of this lane.
    private var proposedCount = 0

    /// Of a partition that nothing was ever written to.
    public init(incarnation: String) { self.incarnation = incarnation }

    /// - Parameter list: what Redis holds, the incarnation first.
    init?(list: [String]) {
        guard let incarnation = list.first else { return nil }
        self.init(incarnation: incarnation)
        append(list.dropFirst())
    }

    mutating func append(_ known: some Sequence<String>) {
        for name in known { add(Exact(name)) }
    }

    private mutating func add(_ name: Exact) {
        names.append(name)
        ids[name] = names.count
    }

    public var count: Int { names.count }

    /// The length of the list in Redis, the incarnation included, that the proposals stand behind.
    var knownLength: Int { 1 + names.count - proposedCount }

    var proposed: ArraySlice<Exact> { names.suffix(proposedCount) }

    mutating func accept() { proposedCount = 0 }

    public func contains(_ name: Exact) -> Bool { ids[name] != nil }

    mutating func id(_ name: Exact) -> Int {
        if let id = ids[name] { return id }
        add(name)
        proposedCount += 1
        return names.count
    }

    func name(_ id: Int) -> Exact? { names.indices.contains(id - 1) ? names[id - 1] : nil }
}
