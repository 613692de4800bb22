import Foundation
import LeadModel

/// Predictions in order of probability, to be measured on draws of their records.
struct RankedPredictions: Sendable {
    /// What a draw gives.
    struct Figures {
        var auc: Double?
        var logLoss, brier, calibrationError: Double
    }

    private struct Row {
        /// Place among the held-out records.
        var place: Int
        var probability: Double
        var outcome: Bool
        var logLoss, brier: Double
    }

    private let rows: [Row]

    /// - Parameter places: of the held-out records, by index of the record.
    init(_ predictions: [HeldOut.Prediction], places: [Int: Int]) {
        rows = predictions.sorted { ($0.probability, $0.record) < ($1.probability, $1.record) }.map { prediction in
            let (p, y) = ([prediction.probability], [prediction.outcome])
            return Row(
                place: places[prediction.record] ?? 0, probability: prediction.probability, outcome: prediction.outcome,
                logLoss: Metrics.logLoss(p, y), brier: Metrics.brier(p, y))
        }
    }

    /// The figures of `Metrics` for records of which each occurs several times or not at all; nil if none occurs.
    ///
    /// - Parameter counts: by place.
    func figures(_ counts: [Int32], bins: Int = 10) -> Figures? {
        let total = rows.reduce(0) { $0 + Int(counts[$1.place]) }
        guard total > 0 else { return nil }
        var (logLoss, brier) = (0.0, 0.0)
        // Of negatives below, and of the records that share the present probability.
        var (below, tiedNegatives, tiedPositives, probability) = (0, 0, 0, -1.0)
        var (positives, wins) = (0, 0.0)
        func end() {
            wins += Double(tiedPositives) * (Double(below) + Double(tiedNegatives) / 2)
            below += tiedNegatives
            positives += tiedPositives
            (tiedNegatives, tiedPositives) = (0, 0)
        }
        var (bin, room, gap, error) = (0, total / bins + (total % bins > 0 ? 1 : 0), 0.0, 0.0)
        for row in rows {
            var count = Int(counts[row.place])
            guard count > 0 else { continue }
            logLoss += Double(count) * row.logLoss
            brier += Double(count) * row.brier
            if row.probability != probability {
                end()
                probability = row.probability
            }
            if row.outcome { tiedPositives += count } else { tiedNegatives += count }
            // The copies of a record may lie in two bins.
            while count > 0 {
                while room == 0, bin < bins - 1 {
                    error += abs(gap)
                    bin += 1
                    (room, gap) = (total / bins + (bin < total % bins ? 1 : 0), 0)
                }
                let taken = min(count, room)
                gap += Double(taken) * (row.probability - (row.outcome ? 1 : 0))
                (count, room) = (count - taken, room - taken)
            }
        }
        end()
        error += abs(gap)
        let negatives = total - positives
        return Figures(
            auc: positives > 0 && negatives > 0 ? wins / (Double(positives) * Double(negatives)) : nil,
            logLoss: logLoss / Double(total), brier: brier / Double(total), calibrationError: error / Double(total))
    }
}

/// The bootstrap of two evaluations that held out the same records (Efron, Tibshirani: An introduction to the bootstrap,
/// 1993): the records are drawn with replacement, and both are measured on each draw.
enum PairedDraws {
    /// 1,000 draws, of many records fewer, so that the work is bounded.
    static func count(records: Int) -> Int { min(1000, max(200, 20_000_000 / max(1, records))) }

    /// By draw, what the second has more than the first. AUC, log loss and Brier score are means over the parts; the
    /// calibration error is that of all records together. The seed is fixed.
    static func differences(
        _ first: HeldOut, _ second: HeldOut, threads: Int
    ) -> [RankedPredictions.Figures] {
        let records = first.first.map(\.record)
        let places = Dictionary(uniqueKeysWithValues: records.enumerated().map { ($1, $0) })
        let sides = [first, second].map { held in
            (
                parts: held.repeats.joined().map { RankedPredictions($0, places: places) },
                pooled: held.pooled.joined().map { RankedPredictions($0, places: places) }
            )
        }
        let random = SplitMix64(seed: 1)
        return concurrentMap(count(records: records.count), threads: threads) { number in
            var random = random.split(UInt64(number))
            var counts = [Int32](repeating: 0, count: records.count)
            for _ in records { counts[random.index(below: records.count)] += 1 }
            let figures = sides.map { side in
                let parts = side.parts.compactMap { $0.figures(counts) }
                let pooled = side.pooled.compactMap { $0.figures(counts) }
                return RankedPredictions.Figures(
                    auc: parts.compactMap(\.auc).mean, logLoss: parts.map(\.logLoss).mean ?? 0,
                    brier: parts.map(\.brier).mean ?? 0, calibrationError: pooled.map(\.calibrationError).mean ?? 0)
            }
            return figures[1] - figures[0]
        }
    }
}

extension RankedPredictions.Figures {
    fileprivate static func - (a: Self, b: Self) -> Self {
        var auc: Double?
        if let first = a.auc, let second = b.auc { auc = first - second }
        return Self(
            auc: auc, logLoss: a.logLoss - b.logLoss, brier: a.brier - b.brier,
            calibrationError: a.calibrationError - b.calibrationError)
    }
}

extension [Double] {
    /// Nil if empty.
    fileprivate var mean: Double? { isEmpty ? nil : reduce(0, +) / Double(count) }
}
