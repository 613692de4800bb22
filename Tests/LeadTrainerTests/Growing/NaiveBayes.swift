import Foundation
import LeadModel

@testable import LeadTrainer

/// Naive Bayes as in a well-known open-source CRM, for comparison: counts + 0.1 for each value, numbers in
/// deciles, missing values skipped.
enum NaiveBayes {
    /// By record, fold = index modulo five.
    static func outOfFold(_ records: [TrainingRecord], missing: [String]) -> [Double] {
        var probabilities = [Double](repeating: 0, count: records.count)
        for fold in 0..<5 {
            let test = records.indices.filter { $0 % 5 == fold }
            let training = records.indices.filter { $0 % 5 != fold }
            for (index, p) in zip(test, fit(records, training: training, test: test, missing: missing)) {
                probabilities[index] = p
            }
        }
        return probabilities
    }

    static func fit(_ records: [TrainingRecord], training: [Int], test: [Int], missing: [String]) -> [Double] {
        let columns = TrainingColumns(records, missing: missing).columns
        let positives = Double(training.count { records[$0].isPositive })
        let prior = log(positives / (Double(training.count) - positives))
        var sums = [Double](repeating: prior, count: test.count)
        for column in columns {
            let values = column.kind == .number ? deciles(column, training) : column.values
            var counts: [Int32: (positive: Double, negative: Double)] = [:]
            for row in training where values[row] >= 0 {
                if records[row].isPositive {
                    counts[values[row], default: (0.1, 0.1)].positive += 1
                } else {
                    counts[values[row], default: (0.1, 0.1)].negative += 1
                }
            }
            // In the order of the values, so that the sums are the same each time.
            let sorted = counts.sorted { $0.key < $1.key }.map(\.value)
            let positive = sorted.reduce(0) { $0 + $1.positive }
            let negative = sorted.reduce(0) { $0 + $1.negative }
            for (place, row) in test.enumerated() {
                guard let count = counts[values[row]] else { continue }
                sums[place] += log(count.positive / positive) - log(count.negative / negative)
            }
        }
        return sums.map { min(max(logistic($0), 1e-4), 1 - 1e-4) }
    }

    private static func deciles(_ column: Column, _ training: [Int]) -> [Int32] {
        func number(_ row: Int) -> Double? {
            let code = Int(column.values[row])
            return column.numbers.indices.contains(code) ? column.numbers[code].low : nil
        }
        let sorted = training.compactMap(number).sorted()
        let edges = Set((1...9).map { sorted[$0 * (sorted.count - 1) / 10] }).sorted()
        return column.values.indices.map { row in
            number(row).map { value in Int32(edges.count { $0 <= value }) } ?? -1
        }
    }
}

extension Column {
    /// By row: the code, −1 if missing.
    fileprivate var values: [Int32] { codes.map { $0 == Self.missing ? -1 : Int32($0) } }
}

extension TrainingColumns {
    /// All rows of some records.
    init(_ records: [TrainingRecord], missing: [String] = []) {
        var options = TrainingOptions()
        options.missing = missing
        let table = TrainingTable(options: options)
        for record in records { table.add(record) }
        self = table.takeColumns(rows: Array(records.indices), asOf: nil)
    }
}
