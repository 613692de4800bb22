/// The points of a scorecard as scoring reads them: one flat table with prepared places, so that a score is a few dozen
/// look-ups side by side in memory.
struct PointTables: Sendable {
    /// Where an attribute's bins stand.
    private struct Main: Sendable {
        /// Its first word of the evidence.
        var word: Int32
        var words: Int32
        /// Its first bin in `points`.
        var start: Int32
        var binCount: Int32
        var isList: Bool
        /// A list's bin that stands alone.
        var missingBin: Int32
    }

    /// Where a pair's groups and cells stand.
    private struct Cells: Sendable {
        var first, second: Int32
        var firstWord, secondWord: Int32
        /// In `groups`: by bin, of the first attribute the start of its row, of the second the place in it.
        var firstGroups, secondGroups: Int32
        /// In `points`.
        var start: Int32
    }

    /// Where a triple's groups and cells stand.
    private struct Cube: Sendable {
        var attributes, words: SIMD3<Int32>
        /// In `groups`: by axis and bin, the start of its layer, of its row, and the place in it.
        var groups: SIMD3<Int32>
        /// In `points`.
        var start: Int32
    }

    private var mains: [Main] = []
    private var cells: [Cells] = []
    private var cubes: [Cube] = []
    private var groups: [Int32] = []
    private var points: [Double] = []
    /// The training records of the attributes' bins, in parallel to `points`.
    private var records: [Int32] = []
    private(set) var wordCount = 0

    init(_ attributes: [Scorecard.Attribute], _ pairs: [Scorecard.Pair] = [], _ triples: [Scorecard.Triple] = []) {
        for attribute in attributes {
            let words = attribute.evidenceWords
            mains.append(
                Main(
                    word: Int32(wordCount), words: Int32(words), start: Int32(points.count),
                    binCount: Int32(attribute.bins.count), isList: attribute.reading.isList,
                    missingBin: Int32(attribute.missingBin)))
            points += attribute.bins.map(\.points)
            records += attribute.bins.map { Int32(clamping: $0.records) }
            wordCount += words
        }
        for pair in pairs {
            precondition(pair.fits(attributes), "a pair's table is of other attributes")
            let width = Int32(pair.points.first?.count ?? 0)
            let firstGroups = Int32(groups.count)
            groups += pair.firstGroups.map { Int32($0) * width }
            let secondGroups = Int32(groups.count)
            groups += pair.secondGroups.map { Int32($0) }
            cells.append(
                Cells(
                    first: Int32(pair.first), second: Int32(pair.second), firstWord: mains[pair.first].word,
                    secondWord: mains[pair.second].word, firstGroups: firstGroups, secondGroups: secondGroups,
                    start: Int32(points.count)))
            points += pair.points.joined()
        }
        for triple in triples {
            precondition(triple.fits(attributes), "a triple's table is of other attributes")
            var (starts, step) = (SIMD3<Int32>.zero, Int32(1))
            for axis in (0..<3).reversed() {
                starts[axis] = Int32(groups.count)
                groups += triple.groups[axis].map { Int32($0) * step }
                step *= Int32(triple.sizes[axis])
            }
            let places = SIMD3(triple.attributes.map { Int32($0) })
            cubes.append(
                Cube(
                    attributes: places, words: SIMD3(triple.attributes.map { mains[$0].word }), groups: starts,
                    start: Int32(points.count)))
            points += triple.points
        }
    }

    func logOdds(_ evidence: Evidence, intercept: Double) -> Double {
        var sum = intercept
        for main in mains {
            if main.isList {
                eachBit(of: main, in: evidence) { sum += points[Int(main.start) + $0] }
            } else {
                sum += points[Int(main.start) + Int(evidence.bins[Int(main.word)])]
            }
        }
        for pair in cells { sum += points[cell(of: pair, in: evidence)] }
        for triple in cubes { sum += points[cell(of: triple, in: evidence)] }
        return sum
    }

    /// - Parameter shares: uninitialized, of as many places as there are attributes.
    func write(sharesOf evidence: Evidence, to shares: UnsafeMutableBufferPointer<Double>) {
        for (index, main) in mains.enumerated() {
            var share = 0.0
            if main.isList {
                eachBit(of: main, in: evidence) { share += points[Int(main.start) + $0] }
            } else {
                share = points[Int(main.start) + Int(evidence.bins[Int(main.word)])]
            }
            shares.initializeElement(at: index, to: share)
        }
        for pair in cells {
            let half = points[cell(of: pair, in: evidence)] / 2
            shares[Int(pair.first)] += half
            shares[Int(pair.second)] += half
        }
        for triple in cubes {
            let third = points[cell(of: triple, in: evidence)] / 3
            for axis in 0..<3 { shares[Int(triple.attributes[axis])] += third }
        }
    }

    func bins(of attribute: Int, in evidence: Evidence) -> [Int] {
        let main = mains[attribute]
        guard main.isList else { return [Int(evidence.bins[Int(main.word)])] }
        var bins: [Int] = []
        eachBit(of: main, in: evidence) { bins.append($0) }
        return bins
    }

    /// How many training records fell into the same bin; of a list into that of its bins with the most points.
    func records(behind attribute: Int, in evidence: Evidence) -> Int {
        let main = mains[attribute]
        var place = Int(main.start) + Int(evidence.bins[Int(main.word)])
        if main.isList {
            var most = -1.0
            eachBit(of: main, in: evidence) { bin in
                let size = abs(points[Int(main.start) + bin])
                if size > most { (most, place) = (size, Int(main.start) + bin) }
            }
        }
        return Int(records[place])
    }

    /// The evidence with another bin of the attribute; of a list with one bin more.
    func evidence(_ evidence: Evidence, with bin: Int, of attribute: Int) -> Evidence {
        var changed = evidence
        let main = mains[attribute]
        if main.isList {
            let missing = Int(main.missingBin)
            changed.bins[Int(main.word) + missing / 16] &= ~(1 << UInt16(missing % 16))
            changed.bins[Int(main.word) + bin / 16] |= 1 << UInt16(bin % 16)
        } else {
            changed.bins[Int(main.word)] = UInt16(bin)
        }
        return changed
    }

    /// The first word of the attribute at a place.
    func word(of attribute: Int) -> Int { Int(mains[attribute].word) }

    func fit(_ evidence: Evidence) -> Bool {
        guard evidence.bins.count == wordCount else { return false }
        return mains.allSatisfy { main in
            guard main.isList else { return evidence.bins[Int(main.word)] < main.binCount }
            var (bits, highest, hasMissing) = (0, 0, false)
            eachBit(of: main, in: evidence) { bin in
                (bits, highest) = (bits + 1, bin)
                if bin == main.missingBin { hasMissing = true }
            }
            return bits > 0 && highest < main.binCount && (!hasMissing || bits == 1)
        }
    }

    @inline(__always)
    private func cell(of pair: Cells, in evidence: Evidence) -> Int {
        let row = groups[Int(pair.firstGroups) + Int(evidence.bins[Int(pair.firstWord)])]
        let column = groups[Int(pair.secondGroups) + Int(evidence.bins[Int(pair.secondWord)])]
        return Int(pair.start) + Int(row + column)
    }

    @inline(__always)
    private func cell(of triple: Cube, in evidence: Evidence) -> Int {
        var place = triple.start
        for axis in 0..<3 { place += groups[Int(triple.groups[axis]) + Int(evidence.bins[Int(triple.words[axis])])] }
        return Int(place)
    }

    @inline(__always)
    private func eachBit(of main: Main, in evidence: Evidence, _ body: (Int) -> Void) {
        for number in 0..<Int(main.words) {
            var rest = evidence.bins[Int(main.word) + number]
            while rest != 0 {
                body(number * 16 + rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
    }
}
