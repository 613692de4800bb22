import LeadModel

/// The held-out records with what scorecards that had not seen them predicted.
struct HeldOut: Sendable {
    struct Prediction: Sendable {
        /// Index of the record.
        var record: Int
        var probability: Double
        var outcome: Bool
        /// The share of positives in the training.
        var base: Double
    }

    /// By repeat, by part; one repeat, unless folds were drawn several times.
    private(set) var repeats: [[[Prediction]]] = []

    /// Each repeat as one part, its records in their order.
    var pooled: [[[Prediction]]] {
        repeats.map { parts in [parts.joined().sorted { $0.record < $1.record }] }
    }

    /// Those of the first repeat, in the order of the records: each record once, by one scorecard.
    var first: [Prediction] { pooled.first?.first ?? [] }

    mutating func score(_ records: [TrainingRecord], _ part: EvaluationPart, by card: Scorecard) {
        let base = Double(part.training.count { records[$0].isPositive }) / Double(part.training.count)
        let predictions = part.test.map { index in
            let record = records[index]
            return Prediction(
                record: index, probability: card.probability(card.evidence(of: record)), outcome: record.isPositive,
                base: base)
        }
        if part.repeatNumber == repeats.count { repeats.append([]) }
        repeats[part.repeatNumber].append(predictions)
    }
}

extension EvaluationFigures {
    init(_ predictions: [HeldOut.Prediction]) {
        self.init(
            predictions.map(\.probability), predictions.map(\.outcome), base: predictions.map(\.base))
    }

    /// The mean over the repeats of the mean over the parts.
    init(_ repeats: [[[HeldOut.Prediction]]]) {
        self.init(meanOfRepeats: repeats.map { EvaluationFigures(meanOf: $0.map { EvaluationFigures($0) }) })
    }
}

extension Scorecard {
    /// Ages are taken as the training takes them: of the record's creation where that is known, else of the date by
    /// which all was trained; days in stage of its closing.
    func evidence(of record: TrainingRecord) -> Evidence {
        let asOf = training.asOf.flatMap { Moment(rfc3339: $0) } ?? Moment(microseconds: 0)
        return evidence(
            of: record.attributes, at: record.createdAt ?? asOf, stage: StageTime.reference(of: record, asOf: asOf))
    }
}
