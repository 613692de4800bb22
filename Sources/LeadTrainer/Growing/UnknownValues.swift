import Foundation
import LeadModel

/// What an attribute is worth in a record of which it is not known.
///
/// Points have mean 0 over the records, but a probability is no straight line: without an attribute the mean probability
/// would move towards the rarer side. So a bin without records gets the points with which the mean probability over the
/// training records stays as it is when the attribute is taken from all of them.
///
/// A missing value at scoring is not the same as one at training: closed records are completer than new ones. So the
/// points of the bin of missing values are drawn towards that, unless there are many more of them than records that are
/// likely to have been without the value when they were new: 2 % of all, and those that were filled in later, where the
/// events show it.
struct UnknownValues {
    private let card: Scorecard
    private let rowCount: Int
    /// By attribute and row, its bin; empty for a list. Of very many rows only a part, evenly spread.
    private let codes: [[UInt16]]
    private let logOdds: [Double]
    /// The sum of the probabilities.
    private let expected: Double

    private static let most = 20_000
    private static let least = 5.0
    private static let share = 0.02

    /// - Parameter card: its attributes are the columns, in the same order.
    init(_ card: Scorecard, _ columns: [Column], _ binnings: [Binning], rows all: [Int]) {
        (self.card, rowCount) = (card, all.count)
        let every = max(1, (rowCount + Self.most - 1) / Self.most)
        let rows = stride(from: 0, to: rowCount, by: every).map { all[$0] }
        var logOdds = [Double](repeating: card.intercept, count: rows.count)
        for (place, attribute) in card.attributes.enumerated() {
            binnings[place].eachBin(columns[place], rows: rows) { logOdds[$0] += attribute.bins[$1].points }
        }
        let codes = columns.indices.map { place in
            columns[place].kind == .list ? [] : binnings[place].codes(columns[place], rows: rows)
        }
        for pair in card.pairs {
            for (row, bins) in zip(codes[pair.first], codes[pair.second]).enumerated() {
                logOdds[row] += pair[Int(bins.0), Int(bins.1)]
            }
        }
        for triple in card.triples {
            for row in logOdds.indices { logOdds[row] += triple.points[triple.cell { Int(codes[$0][row]) }] }
        }
        (self.codes, self.logOdds) = (codes, logOdds)
        expected = logOdds.reduce(0) { $0 + logistic($1) }
    }

    /// The scorecard with these points.
    ///
    /// - Parameter grown: by an attribute's name, the records whose value was set after their first event.
    func scorecard(grown: (String) -> Int) -> Scorecard {
        var (attributes, intercept) = (card.attributes, card.intercept)
        for place in attributes.indices {
            // A list that is not given is as one that holds nothing.
            if case .list = attributes[place].reading { continue }
            for bin in [attributes[place].missingBin, attributes[place].unseenBin] {
                let records = Double(attributes[place].bins[bin].records)
                let unknown = Self.least + Self.share * Double(rowCount) + Double(grown(attributes[place].name))
                let share = records * records / (records * records + unknown * unknown)
                let points = share * attributes[place].bins[bin].points + (1 - share) * neutral(place, bin)
                attributes[place].bins[bin].points = points
            }
            // So that the mean over the records stays 0.
            let bins = attributes[place].bins
            let mean = bins.reduce(0) { $0 + $1.points * Double($1.records) } / Double(max(1, rowCount))
            for bin in bins.indices {
                attributes[place].bins[bin].points = ((bins[bin].points - mean) * 1e6).rounded() / 1e6
            }
            intercept += mean
        }
        var card = card
        (card.attributes, card.intercept) = (attributes, (intercept * 1e6).rounded() / 1e6)
        return card
    }

    /// The points with which the mean probability stays, were the attribute in this bin for all records. By Newton's
    /// method on a function that rises.
    private func neutral(_ place: Int, _ bin: Int) -> Double {
        var without = logOdds
        for (row, own) in codes[place].enumerated() { without[row] -= card.attributes[place].bins[Int(own)].points }
        for pair in card.pairs where pair.first == place || pair.second == place {
            for (row, bins) in zip(codes[pair.first], codes[pair.second]).enumerated() {
                let (a, b) = (Int(bins.0), Int(bins.1))
                without[row] += pair[pair.first == place ? bin : a, pair.second == place ? bin : b] - pair[a, b]
            }
        }
        for triple in card.triples where triple.attributes.contains(place) {
            for row in without.indices {
                let known = triple.cell { Int(codes[$0][row]) }
                let unknown = triple.cell { $0 == place ? bin : Int(codes[$0][row]) }
                without[row] += triple.points[unknown] - triple.points[known]
            }
        }
        var points = 0.0
        for _ in 0..<20 {
            var (sum, slope) = (0.0, 0.0)
            for one in without {
                let p = logistic(one + points)
                sum += p
                slope += p * (1 - p)
            }
            guard slope > 1e-9 else { break }
            let change = min(1, max(-1, (expected - sum) / slope))
            points += change
            if abs(change) < 1e-7 { break }
        }
        return points
    }
}

extension Scorecard.Pair {
    /// In log-odds, of a main bin of either attribute.
    fileprivate subscript(_ first: Int, _ second: Int) -> Double {
        points[Int(firstGroups[first])][Int(secondGroups[second])]
    }
}
