/// Why a score changed: the difference of the log-odds between two scorings of one record, broken down by attribute and
/// cause. All parts add up to the difference.
///
/// It takes all scorings in order and adds up the parts of each step from one to the next:
///
/// - **Under one version**, a step has a part of the record and a part of time (`Scorecard.parts`).
/// - **To another version**, the new scoring also has its evidence under the former version, for the same record at the
///   same moment. The change up to that evidence is the record's and time's, under the former scorecard. The rest is
///   the model's.
/// - **Untold** is a step with a gap (`Gap`): it can't be attributed. Its whole difference belongs to no attribute.
public struct ScoreChange: Equatable, Sendable {
    /// Why a scoring or a step can't be taken apart.
    public enum Gap: Hashable, Sendable {
        /// An erased contact's evidence is cleared.
        case noEvidence
        /// The version's scorecard is not available. Or the available scorecard of that name and number is another one,
        /// because numbers start again after a registry was emptied; then the evidence doesn't give the stored
        /// probability under it.
        case noScorecard
        /// The step leads to another version, and there is no evidence under the former version.
        case noBridge
    }

    /// The parts of a difference of log-odds.
    public struct Parts: Equatable, Sendable {
        public var record = 0.0
        public var time = 0.0
        public var model = 0.0
        public var untold = 0.0

        public init(record: Double = 0, time: Double = 0, model: Double = 0, untold: Double = 0) {
            (self.record, self.time, self.model, self.untold) = (record, time, model, untold)
        }

        public var total: Double { record + time + model + untold }

        /// The sum of the parts' sizes. The parts themselves can cancel out.
        var reach: Double { abs(record) + abs(time) + abs(model) + abs(untold) }

        static func += (a: inout Parts, b: Parts) {
            a.record += b.record
            a.time += b.time
            a.model += b.model
            a.untold += b.untold
        }
    }

    /// An attribute's value and share in a scoring.
    public struct AttributeState: Equatable, Sendable {
        /// The label of its bin: "Finance", "missing"; for a list, the labels of all its entries.
        public var label: String
        /// In log-odds.
        public var share: Double
    }

    public struct Attribute: Equatable, Sendable {
        public var name: String
        /// In the first scoring; nil if its scorecard doesn't read the attribute, or its evidence is missing.
        public var before: AttributeState?
        /// In the last scoring; nil for the same reasons.
        public var after: AttributeState?
        /// In log-odds. The untold part is always 0.
        public var parts: Parts
    }

    /// A stored scoring.
    public struct Point: Equatable, Sendable {
        /// Its reference time.
        public var at: Moment
        public var model: ModelVersion
        public var probability: Double
        /// Nil if it was cleared.
        public var evidence: Evidence?
        public var former: Scoring.Former?

        public init(
            at: Moment, model: ModelVersion, probability: Double, evidence: Evidence?, former: Scoring.Former? = nil
        ) {
            (self.at, self.model, self.probability) = (at, model, probability)
            (self.evidence, self.former) = (evidence, former)
        }
    }

    /// The log-odds of the first and the last scoring. They come from the evidence if it gives them, otherwise from
    /// the probability.
    public let before, after: Double
    /// Why the first and the last scoring can't be taken apart; nil if they can.
    public let beforeGap, afterGap: Gap?
    /// Why steps can't be attributed, over all steps.
    public private(set) var gaps: Set<Gap> = []
    /// All parts of the difference.
    public private(set) var parts = Parts()
    /// The change of the intercept by new versions; it belongs to no attribute.
    public private(set) var intercept = 0.0
    /// The attributes that moved at any step, those with the largest effect first.
    public private(set) var attributes: [Attribute] = []

    /// - Parameters:
    ///   - series: two scorings and all between them, the earliest first; not empty.
    ///   - card: the scorecard of a version; nil if it is not available.
    public init(series: [Point], card: (ModelVersion) throws -> Scorecard?) rethrows {
        var cards: [ModelVersion: Scorecard] = [:]
        for model in Set(series.map(\.model)) { cards[model] = try card(model) }
        let readings = series.map { Reading($0, cards[$0.model]) }
        (before, after) = (readings[0].logOdds, readings[readings.count - 1].logOdds)
        (beforeGap, afterGap) = (readings[0].gap, readings[readings.count - 1].gap)
        var moved = MovedAttributes()
        for (old, new) in zip(readings, readings.dropFirst()) {
            let step = moved.add(from: old, to: new)
            intercept += step.intercept
            parts.untold += step.untold
            gaps.formUnion(step.gaps)
        }
        parts.model = intercept
        let (first, last) = (readings[0].standings, readings[readings.count - 1].standings)
        for (name, attribute) in moved.parts where attribute.reach > 0 {
            parts += attribute
            attributes.append(
                Attribute(name: name.text, before: first[name], after: last[name], parts: attribute))
        }
        attributes.sort { a, b in
            let (one, other) = (abs(a.parts.total), abs(b.parts.total))
            if one != other { return one > other }
            return a.parts.reach != b.parts.reach ? a.parts.reach > b.parts.reach : a.name < b.name
        }
    }

    /// A stored scoring as its scorecard reads it.
    struct Reading {
        let point: Point
        /// The evidence gives the stored probability under the scorecard.
        let known: (card: Scorecard, evidence: Evidence)?
        /// The scoring can't be taken apart.
        let gap: Gap?
        let logOdds: Double

        init(_ point: Point, _ card: Scorecard?) {
            self.point = point
            if let card, let evidence = point.evidence, card.gave(point.probability, of: evidence) {
                (known, gap) = ((card, evidence), nil)
                logOdds = card.logOdds(evidence)
            } else {
                (known, gap) = (nil, point.evidence == nil ? .noEvidence : .noScorecard)
                logOdds = logit(point.probability)
            }
        }

        var standings: [Exact: AttributeState] {
            guard let (card, evidence) = known else { return [:] }
            var standings: [Exact: AttributeState] = [:]
            for (place, share) in card.shares(evidence).enumerated() {
                let attribute = card.attributes[place]
                let labels = card.bins(of: place, in: evidence).map { attribute.bins[$0].label }
                standings[Exact(attribute.name)] = AttributeState(label: labels.joined(separator: ", "), share: share)
            }
            return standings
        }
    }
}

extension Scorecard {
    /// Whether this scorecard gives the stored probability for the evidence. If not, another scorecard of the same name
    /// and number gave it. The sum of points is the same on every machine; the exponential may differ in its last bits.
    fileprivate func gave(_ probability: Double, of evidence: Evidence) -> Bool {
        fits(evidence) && abs(self.probability(evidence) - probability) <= 4 * probability.ulp
    }
}
