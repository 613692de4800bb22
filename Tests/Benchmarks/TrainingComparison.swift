import Foundation

/// Our training beside that of InterpretML's explainable boosting machine at its defaults, on one file; and ours as the
/// records grow.
struct TrainingComparison {
    var python: String
    var folder: String
    /// Nothing: records are made up.
    var file: TrainingFile?
    /// Records of the largest made-up table.
    var most: Int
    /// Records that are made up for the comparison, if no file is given.
    var records = 20_000

    /// What the curve begins with; each point has twice as many records as the one before.
    static let least = 62_500
    /// Of the curve's tables: half of them numbers, half categories.
    private static let attributes = 40

    struct Figures: Codable {
        var bench = "training"
        var file: String?
        var leadline = TrainingCost()
        var ebm = TrainingCost()
        /// Of wall clock, without reading: EBM's by ours.
        var ebmByLeadline = 0.0
        /// The same of all cores' time, reading included.
        var ebmByLeadlineProcessor = 0.0
        var curve: [TrainingCost] = []
    }

    func run() throws -> Figures {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var figures = Figures(file: file?.path)
        let file =
            try self.file ?? TrainingFile(MadeUpTable(records: records, attributes: 20), at: folder + "/training.csv")
        note("training on \(file.path)")
        figures.leadline = try train(file)
        note("InterpretML trains on it; this can take minutes")
        figures.ebm = try Learner.once(
            "EBM", python, ["Tests/Benchmarks/Python/train_ebm.py"] + file.arguments)
        figures.ebmByLeadline = round3(figures.ebm.trainingSeconds / figures.leadline.trainingSeconds)
        figures.ebmByLeadlineProcessor = round3(figures.ebm.processorSeconds / figures.leadline.processorSeconds)
        for count in sequence(first: Self.least, next: { $0 * 2 }).prefix(while: { $0 <= most }) {
            note("\(count) made-up records of \(Self.attributes) attributes")
            let path = folder + "/curve.csv"
            figures.curve.append(
                try train(TrainingFile(MadeUpTable(records: count, attributes: Self.attributes), at: path)))
            try FileManager.default.removeItem(atPath: path)
        }
        return figures
    }

    private func train(_ file: TrainingFile) throws -> TrainingCost {
        let ours = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return try Learner.once("our training", ours, ["train"] + file.arguments)
    }
}

extension TrainingComparison.Figures {
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    var text: String {
        func row(_ name: String, _ cells: [String]) -> String {
            name.padding(toLength: 10, withPad: " ", startingAt: 0)
                + cells.map { String(repeating: " ", count: max(1, 12 - $0.count)) + $0 }.joined()
        }
        func row(_ name: String, _ cost: TrainingCost) -> String {
            let seconds = [cost.readingSeconds, cost.trainingSeconds, cost.processorSeconds]
            return row(
                name,
                ["\(cost.records)", "\(cost.attributes)"] + seconds.map { String(format: "%.1f", $0) } + [
                    String(format: "%.0f", Double(cost.records) / (cost.readingSeconds + cost.trainingSeconds)),
                    String(format: "%.0f", cost.peakMegabytes),
                ])
        }
        let head = row(
            "", ["records", "attributes", "reading s", "training s", "processor s", "records/s", "peak MB"])
        let ratio = String(format: "%.1f", ebmByLeadline)
        let ofProcessor = String(format: "%.1f", ebmByLeadlineProcessor)
        return
            ([file.map { "On \($0):" } ?? "On made-up records:", head, row("leadline", leadline), row("EBM", ebm)] + [
                "EBM's training takes \(ratio) times as long as ours; reading included, \(ofProcessor) times the "
                    + "processor time.",
                "By its defaults EBM leaves one core free, and its peak is that of its main process alone.", "",
                "Ours on made-up records, twice as many each time:", head,
            ] + curve.map { row("leadline", $0) }).joined(separator: "\n")
    }
}
