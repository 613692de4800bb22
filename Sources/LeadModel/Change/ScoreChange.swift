/// Why a score changed: the difference of the log-odds between two scorings of one record, broken down by attribute and
/// cause. All parts add up to the difference.
///
/// It goes from scoring to scoring, with all that lie between, and adds up what each step did:
///
/// - **Under one version** a step is what the record did and what time did (`Scorecard.parts`).
/// - **To another version** the new scoring carries its evidence under the former one too, of the same record at the same
///   moment. Up to that evidence it is the record and time, under the former scorecard; from there it is the model.
/// - **Untold** is a step that has a gap (`Gap`). Its whole difference belongs to no attribute.
public struct ScoreChange: Equatable, Sendable {
    /// Why a scoring or a step can't be taken apart.
    public enum Gap: Hashable, Sendable {
        /// An erased contact's evidence is cleared.
        case noEvidence
        /// The version's scorecard is not to be had, or what is had by its name and number is another: numbers begin
        /// again after a registry was emptied. The evidence does not give the kept probability under it.
        case noScorecard
        /// To another version, without evidence under the one before.
        case noBridge
    }

    /// What a difference of log-odds is made of.
    public struct Parts: Equatable, Sendable {
        public var record = 0.0
        public var time = 0.0
        public var model = 0.0
        public var untold = 0.0

        public init(record: Double = 0, time: Double = 0, model: Double = 0, untold: Double = 0) {
            (self.record, self.time, self.model, self.untold) = (record, time, model, untold)
        }

        public var total: Double { record + time + model + untold }

        /// How far the parts reach, whichever way: they can undo each other.
        var reach: Double { abs(record) + abs(time) + abs(model) + abs(untold) }

        static func += (a: inout Parts, b: Parts) {
            a.record += b.record
            a.time += b.time
            a.model += b.model
            a.untold += b.untold
        }
    }

    /// What an attribute was in a scoring.
    public struct AttributeState: Equatable, Sendable {
        /// Of its bin: "Finance", "missing"; of a list of all that it held.
        public var label: String
        /// In log-odds.
        public var share: Double
    }

    public struct Attribute: Equatable, Sendable {
        public var name: String
        /// In the first scoring; nil where its scorecard does not read the attribute, or its evidence is missing.
        public var before: AttributeState?
        /// In the last scoring; nil likewise.
        public var after: AttributeState?
        /// In log-odds. Nothing of it is untold.
        public var parts: Parts
    }

    /// A scoring as it was kept.
    public struct Point: Equatable, Sendable {
        /// Its reference time.
        public var at: Moment
        public var model: ModelVersion
        public var probability: Double
        /// Nil where it was cleared.
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
    /// Why the first scoring can't be taken apart, and the last; nil where it can.
    public let beforeGap, afterGap: Gap?
    /// Of all steps: why some of the difference is untold.
    public private(set) var gaps: Set<Gap> = []
    /// All that the difference is made of.
    public private(set) var parts = Parts()
    /// Where scores begin: a new version's part, of no attribute.
    public private(set) var intercept = 0.0
    /// The attributes that moved at any step, those that moved the score farthest first.
    public private(set) var attributes: [Attribute] = []

    /// - Parameters:
    ///   - series: two scorings with all between, the earliest first; not empty.
    ///   - card: the scorecard of a version; nil where it is not to be had.
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

    /// A kept scoring as its scorecard reads it.
    struct Reading {
        let point: Point
        /// With evidence that gives the probability under it.
        let known: (card: Scorecard, evidence: Evidence)?
        /// Where nothing is known.
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
    /// Whether a kept probability is this scorecard's of the evidence, and not that of another of the same name and number.
    /// The sum of points is the same to the bit everywhere; the exponential may differ in its last bits by processor.
    fileprivate func gave(_ probability: Double, of evidence: Evidence) -> Bool {
        fits(evidence) && abs(self.probability(evidence) - probability) <= 4 * probability.ulp
    }
}
