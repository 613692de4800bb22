/// Keys with a value each, rising and unique: of the few things that a record has, quicker than a dictionary. Equal
/// contents are equal entries, and two tables are compared or joined in one pass.
public struct SortedTable<Key: Comparable & Sendable, Value: Equatable & Sendable>: Equatable, Sendable {
    public struct Entry: Equatable, Sendable {
        public let key: Key
        public var value: Value

        public init(key: Key, value: Value) { (self.key, self.value) = (key, value) }
    }

    /// Rising by key.
    public private(set) var entries: [Entry] = []

    public init() {}

    /// - Parameter rising: in the order of their keys, each once.
    public init(rising entries: [Entry]) { self.entries = entries }

    public var isEmpty: Bool { entries.isEmpty }
    public var count: Int { entries.count }

    public subscript(key: Key) -> Value? {
        get {
            let place = place(of: key)
            return place < entries.count && entries[place].key == key ? entries[place].value : nil
        }
        set {
            let place = place(of: key)
            let isThere = place < entries.count && entries[place].key == key
            switch (newValue, isThere) {
            case (let value?, true): entries[place].value = value
            case (let value?, false): entries.insert(Entry(key: key, value: value), at: place)
            case (nil, true): entries.remove(at: place)
            case (nil, false): break
            }
        }
    }

    /// The place of the first entry that does not come before `key`.
    private func place(of key: Key) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
