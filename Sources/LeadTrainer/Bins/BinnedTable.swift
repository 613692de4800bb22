import LeadModel

/// A binned table to fit: bins by attribute and row.
struct BinnedTable {
    /// What an attribute is of its column.
    enum Part: Equatable {
        case whole
        /// One entry of a list, by its bin in the list. The attribute then has two bins, "not held" and "held".
        case option(Int)
        /// The groups of the levels, by `Binning.groupOfBin`.
        case groups
    }

    struct Attribute {
        /// Which of the columns it is, or is of.
        var column: Int
        var part: Part
        var codes: [UInt16]
        var binCount: Int
        /// The first so many bins are in order of size.
        var orderedCount: Int
        /// Where this attribute's bins start in a table of all.
        var offset: Int
    }

    var rowCount: Int
    var attributes: [Attribute]
    var binCount: Int { attributes.last.map { $0.offset + $0.binCount } ?? 0 }
}

extension BinnedTable {
    init(_ columns: [Column], _ binnings: [Binning], rows: [Int]) {
        self.init(rowCount: rows.count, attributes: [])
        var offset = 0
        for (index, (column, binning)) in zip(columns, binnings).enumerated() {
            for (part, codes) in binning.features(column, rows: rows) {
                let binCount =
                    switch part {
                    case .whole: binning.binCount
                    case .option: 2
                    case .groups: Int(binning.groupOfBin.max() ?? 0) + 1
                    }
                attributes.append(
                    .init(
                        column: index, part: part, codes: codes, binCount: binCount,
                        orderedCount: part == .whole ? binning.orderedCount : 0, offset: offset))
                offset += binCount
            }
        }
    }
}
