import Foundation

extension ScoreComparison {
    struct Figures: Codable {
        var bench = "score"
        var file: String?
        var rounds: Int
        /// Of the scorecard.
        var attributes, pairs: Int
        /// The version.
        var lightgbm: String
        var trees: Int
        /// Of one thread's processor time a record, medians of the rounds.
        var microseconds: [String: Double]
        /// Ours with all reasons by LightGBM's C API, single records; the requirement asks for less than 1,
        var allReasonsByLightgbm = 0.0
        /// and its contributions by ours with all reasons; it asks for 50 at least.
        var lightgbmContributionsByAllReasons = 0.0
        /// The same from Python.
        var pythonContributionsByAllReasons = 0.0
        var pythonContributionsOf100000ByAllReasons = 0.0

        init(
            file: String?, rounds: Int, attributes: Int, pairs: Int, lightgbm: String, trees: Int,
            medians: [Way: Double]
        ) {
            (self.file, self.rounds, self.attributes, self.pairs) = (file, rounds, attributes, pairs)
            (self.lightgbm, self.trees) = (lightgbm, trees)
            microseconds = Dictionary(uniqueKeysWithValues: medians.map { ($0.rawValue, round3($1)) })
            func ratio(_ one: Way, _ other: Way) -> Double {
                round3((medians[one] ?? .nan) / (medians[other] ?? .nan))
            }
            allReasonsByLightgbm = ratio(.allReasons, .lightgbm)
            lightgbmContributionsByAllReasons = ratio(.lightgbmContributions, .allReasons)
            pythonContributionsByAllReasons = ratio(.pythonContributions, .allReasons)
            pythonContributionsOf100000ByAllReasons = ratio(.pythonContributionsOf100000, .allReasons)
        }

        func json() throws -> String {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }

        var text: String {
            func row(_ way: Way) -> String {
                way.title.padding(toLength: 58, withPad: " ", startingAt: 0)
                    + String(format: "%10.2f", microseconds[way.rawValue] ?? .nan)
            }
            func short(_ ratio: Double) -> String { String(format: "%.2f", ratio) }
            return """
                Microseconds of one thread a record, medians of \(rounds) rounds, on \(file ?? "made-up records"):
                a scorecard of \(attributes) attributes and \(pairs) pairs beside LightGBM \(lightgbm) with \(trees) trees.

                \(Way.allCases.map(row).joined(separator: "\n"))

                Ours starts from a stored record's texts and numbers, LightGBM from rows of numbers with categories as codes.
                One score with all reasons takes \(short(allReasonsByLightgbm)) times as long as LightGBM's predict of one \
                record by its C API;
                the bar: less than 1. LightGBM's pred_contrib of one record takes, by its C API,
                \(short(lightgbmContributionsByAllReasons)) times as long as our score with all reasons; the bar: at least \
                50. From Python it takes \(short(pythonContributionsByAllReasons)) times as long,
                and with 100,000 records at once \(short(pythonContributionsOf100000ByAllReasons)) times.
                """
        }
    }
}
