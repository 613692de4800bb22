import LeadModel

/// A binned table to fit: bins by attribute and row.
struct BinnedTable {
    struct Attribute {
        /// Which of the columns it is, or is of.
        var column: Int
        /// If the attribute is one entry of a list: that entry's bin in the list. The attribute then has two bins,
        /// "not held" and "held".
        var option: Int?
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

    init(_ columns: [Column], _ binnings: [Binning], rows: [Int]) {
        rowCount = rows.count
        attributes = []
        var offset = 0
        for (index, (column, binning)) in zip(columns, binnings).enumerated() {
            for (option, codes) in binning.features(column, rows: rows) {
                let binCount = option == nil ? binning.binCount : 2
                attributes.append(
                    .init(
                        column: index, option: option, codes: codes, binCount: binCount,
                        orderedCount: binning.orderedCount, offset: offset))
                offset += binCount
            }
        }
    }
}
