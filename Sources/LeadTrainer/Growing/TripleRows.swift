import Foundation

/// Three of a binned table's attributes, rising.
struct AttributeTriple: Hashable, Comparable, Sendable {
    var places: SIMD3<Int>

    static func < (a: Self, b: Self) -> Bool {
        (a.places.x, a.places.y, a.places.z) < (b.places.x, b.places.y, b.places.z)
    }
}

/// The rows of a binned table as its triples of attributes see them: in few groups, each a union of a pair's groups.
struct TripleRows: Sendable {
    /// By attribute: its groups, by bin.
    let groupings: [Grouping]
    /// By attribute and row: the group. Empty for an attribute that is in no triple.
    let codes: [[UInt8]]

    /// Of 14 attributes there are 364 triples.
    private static let mostTried = 14
    /// A cell should have about so many records if all have equally many.
    private static let recordsOfCell = 20.0
    private static let mostGroups = 6.0
    private static let leastExcess = 3.5

    init(_ pairs: PairRows, rowCount: Int, options: TrainingOptions) {
        let most = Int(min(Self.mostGroups, max(2, cbrt(Double(rowCount) / Self.recordsOfCell))))
        groupings = pairs.groupings.map {
            Grouping(joining: $0, most: most, least: options.leastOfGroup(rowCount: rowCount))
        }
        codes = pairs.codes.indices.map { [groupings] attribute in
            let places = pairs.groupings[attribute].places(in: groupings[attribute])
            return pairs.codes[attribute].map { places[Int($0)] }
        }
    }

    func groupings(_ triple: AttributeTriple) -> [Grouping] { (0..<3).map { groupings[triple.places[$0]] } }

    func cells(_ triple: AttributeTriple) -> TripleCells { TripleCells(groupings(triple)) }

    /// The triples that explain more of what pairs leave unexplained than chance would, the best first, at most `most`.
    ///
    /// G of a cell has by chance the variance 2 H, once for the outcomes and once for drawing rows with replacement. The
    /// sum of G² / (H + ridge) over a triple's cells, less its mean by chance and in units of its deviation by chance, must
    /// exceed 3.5, which by chance one triple in 4,000 does.
    ///
    /// - Parameters:
    ///   - slopes: G and H of each of `rows`.
    ///   - gained: by attribute; only triples of those that gained most are tried.
    func strongest(
        _ most: Int, slopes: [SIMD2<Float>], rows: [Int32], gained: [Double], ridge: Double
    ) -> [AttributeTriple] {
        let all = gained.indices.filter { !codes[$0].isEmpty && groupings[$0].parts }
        let tried = all.sorted { (gained[$1], $0) < (gained[$0], $1) }.prefix(Self.mostTried).sorted()
        var found: [(triple: AttributeTriple, excess: Double)] = []
        var sums: [SIMD2<Double>] = []
        for (a, first) in tried.enumerated() {
            for (b, second) in tried.enumerated().dropFirst(a + 1) {
                for third in tried.dropFirst(b + 1) {
                    let triple = AttributeTriple(places: SIMD3(first, second, third))
                    sum(triple, slopes, rows: rows, into: &sums)
                    let cells = cells(triple)
                    takeOutMargins(&sums, cells)
                    let free = freedom(sums, cells)
                    var (excess, variance) = (0.0, 0.0)
                    for cell in sums where cell.y > 0 {
                        let chance = 2 * free * cell.y
                        excess += (cell.x * cell.x - chance) / (cell.y + ridge)
                        variance += 2 * chance * chance / ((cell.y + ridge) * (cell.y + ridge))
                    }
                    guard variance > 0 else { continue }
                    found.append((triple, excess / variance.squareRoot()))
                }
            }
        }
        return found.filter { $0.excess > Self.leastExcess }.sorted { ($1.excess, $0.triple) < ($0.excess, $1.triple) }
            .prefix(most).map(\.triple).sorted()
    }

    /// Sums by cell.
    func sum(_ triple: AttributeTriple, _ slopes: [SIMD2<Float>], rows: [Int32], into sums: inout [SIMD2<Double>]) {
        sums = [SIMD2<Double>](repeating: .zero, count: cells(triple).count)
        eachCell(triple, rows) { place, cell in sums[cell] += SIMD2<Double>(slopes[place]) }
    }

    /// Adds the change of each row's cell to the row's score.
    func move(_ scores: inout [Float], _ triple: AttributeTriple, rows: [Int32], _ change: [Double]) {
        eachCell(triple, rows) { place, cell in scores[place] += Float(change[cell]) }
    }

    @inline(__always)
    private func eachCell(_ triple: AttributeTriple, _ rows: [Int32], _ body: (_ place: Int, _ cell: Int) -> Void) {
        let sizes = cells(triple).sizes
        let (first, second, third) = (codes[triple.places.x], codes[triple.places.y], codes[triple.places.z])
        for (place, row) in rows.enumerated() {
            let row = Int(row)
            body(place, (Int(first[row]) &* sizes[1] &+ Int(second[row])) &* sizes[2] &+ Int(third[row]))
        }
    }
}

/// Of the cells with records, the share that is free to differ once all margins are given.
private func freedom(_ sums: [SIMD2<Double>], _ cells: TripleCells) -> Double {
    (0..<3).reduce(1.0) { share, axis in
        let used = Set(sums.indices.filter { sums[$0].y > 0 }.map { cells.group(of: $0, axis) }).count
        return share * Double(used - 1) / Double(max(1, used))
    }
}

/// Removes from G what the tables of two of three attributes explain together, as `PairRows` does for a pair.
private func takeOutMargins(_ sums: inout [SIMD2<Double>], _ cells: TripleCells) {
    let lines = (0..<3).flatMap(cells.lines)
    for _ in 0..<5 {
        for line in lines {
            var sum = SIMD2<Double>.zero
            for cell in line { sum += sums[cell] }
            guard sum.y > 0 else { continue }
            for cell in line { sums[cell].x -= sum.x / sum.y * sums[cell].y }
        }
    }
}
