import LeadModel

/// The records of the window by attribute, with every text read once: what binning, again and again, starts from.
struct Columns {
    var rowCount: Int
    /// In the order of their names' bytes.
    var columns: [Column]

    /// - Parameter rows: indices of the records to take, which become rows 0, 1, ….
    init(_ records: [TrainingRecord], rows: [Int], missing: [String]) {
        rowCount = rows.count
        let missingKeys = Set(missing.compactMap { Value.text($0).asCategory })
        var readers: [Reader] = []
        var indexByName: [Exact: Int] = [:]
        for (row, index) in rows.enumerated() {
            var guess = 0
            for (name, value) in records[index].attributes {
                // Records mostly name their attributes in the same order.
                let column: Int
                if guess < readers.count, readers[guess].name == name {
                    column = guess
                } else if let known = indexByName[name] {
                    column = known
                } else {
                    column = readers.count
                    indexByName[name] = column
                    readers.append(Reader(name: name, rowCount: rows.count))
                }
                guess = column + 1
                readers[column].read(value, row: row, missingKeys: missingKeys)
            }
        }
        columns = readers.sorted { $0.name < $1.name }.map(\.column)
    }
}

/// One attribute's values, as numbers of the different ones.
struct Column {
    /// A value as categories are told apart, in the spelling that most records have.
    struct Distinct {
        var category: String
        var spelling: String
        /// Where the category is a number.
        var number: Double?
    }

    var name: String
    /// By row: index in `distinct`, −1 where missing.
    var values: [Int32]
    var distinct: [Distinct]
}

private struct Reader {
    let name: Exact
    private var values: [Int32]
    private var distinct: [Column.Distinct] = []
    private var valueByCategory: [String: Int32] = [:]
    /// By text as given: its value, and how many records have it in this spelling.
    private var spellings: [Exact: (value: Int32, count: Int)] = [:]

    init(name: Exact, rowCount: Int) {
        self.name = name
        values = [Int32](repeating: -1, count: rowCount)
    }

    mutating func read(_ value: Value, row: Int, missingKeys: Set<String>) {
        if case .text(let text) = value {
            let spelling = Exact(text)
            if let known = spellings[spelling]?.value {
                spellings[spelling]?.count += 1
                values[row] = known
                return
            }
            let index = index(of: value.asCategory, spelling: text.trimmed, missingKeys: missingKeys)
            spellings[spelling] = (index, 1)
            values[row] = index
        } else {
            let category = value.asCategory
            values[row] = index(of: category, spelling: category ?? "", missingKeys: missingKeys)
        }
    }

    private mutating func index(of category: String?, spelling: String, missingKeys: Set<String>) -> Int32 {
        guard let category, !missingKeys.contains(category) else { return -1 }
        if let known = valueByCategory[category] { return known }
        let index = Int32(distinct.count)
        valueByCategory[category] = index
        let number = JSONNumber.parse(category)
        // A number is shown as it is told apart: "4" and "4.0" are one.
        distinct.append(.init(category: category, spelling: number == nil ? spelling : category, number: number))
        return index
    }

    var column: Column {
        var distinct = distinct
        var most = [Int](repeating: 0, count: distinct.count)
        for (spelling, (value, count)) in spellings.sorted(by: { $0.key < $1.key }) where value >= 0 {
            guard count > most[Int(value)], distinct[Int(value)].number == nil else { continue }
            most[Int(value)] = count
            distinct[Int(value)].spelling = spelling.text.trimmed
        }
        return Column(name: name.text, values: values, distinct: distinct)
    }
}
