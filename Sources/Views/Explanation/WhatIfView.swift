import LeadModel

/// The score that a record would have had with other values, compared with the one it was given.
public struct WhatIfView: Encodable, Sendable {
    public struct Share: Encodable, Sendable {
        public let attribute, label: String
        /// In log-odds.
        public let contribution, difference: Double
        public let phrase, insight: String
    }

    /// A changed value, as the scorecard reads it.
    public struct Setting: Encodable, Sendable { public let attribute, label: String }

    public let set: [Setting]
    public let score: Int
    public let scoreDifference: Int
    public let probability: Double
    public let grade: Grade
    public let logOdds: Double
    public let logOddsDifference: Double
    public let lowEvidence: Bool
    /// All attributes, the largest share first: a pair changes the share of its other attribute too.
    public let shares: [Share]

    /// - Parameters:
    ///   - attributes: those that are changed in `evidence`.
    ///   - scoring: the one that was given.
    init(_ attributes: [String], _ evidence: Evidence, _ card: Scorecard, comparedWith scoring: Scoring) {
        (logOdds, probability) = (card.logOdds(evidence), card.probability(evidence))
        score = LeadModel.score(probability: probability)
        scoreDifference = score - scoring.score
        grade = GradeRanges.standard.grade(of: score)
        logOddsDifference = logOdds - card.logOdds(scoring.evidence)
        lowEvidence = card.hasLowEvidence(evidence)
        let former = Dictionary(
            card.reasons(scoring.evidence).map { ($0.attribute, $0.contribution) }, uniquingKeysWith: { $1 })
        let shares = card.reasons(evidence).map {
            Share(
                attribute: $0.attribute, label: $0.label, contribution: $0.contribution,
                difference: $0.contribution - (former[$0.attribute] ?? 0), phrase: $0.phrase, insight: $0.insight)
        }
        set = attributes.map { name in
            Setting(attribute: name, label: shares.first { $0.attribute == name }?.label ?? "")
        }
        self.shares = shares
    }
}

/// One change of a value that would have raised the score.
public struct SuggestionView: Encodable, Sendable {
    public let attribute, label: String
    /// Training records that fell into the bin.
    public let records: Int
    public let score: Int
    public let scoreDifference: Int
    public let probability: Double
    public let logOdds: Double
    public let logOddsDifference: Double
    public let insight: String
    /// The label is one more entry of a list, next to those that the record has.
    public let isAddition: Bool

    private enum CodingKeys: CodingKey {
        case attribute, label, records, score, scoreDifference, probability, logOdds, logOddsDifference, insight
    }

    init(_ suggestion: Scorecard.Suggestion, _ card: Scorecard, comparedWith evidence: Evidence) {
        (attribute, label, records) = (suggestion.attribute, suggestion.label, suggestion.records)
        (logOdds, probability) = (suggestion.logOdds, card.probability(suggestion.evidence))
        score = LeadModel.score(probability: probability)
        scoreDifference = score - LeadModel.score(probability: card.probability(evidence))
        logOddsDifference = logOdds - card.logOdds(evidence)
        insight = suggestion.insight
        let reading = card.attributes.first { $0.name == suggestion.attribute }?.reading
        isAddition = if case .list? = reading { true } else { false }
    }
}
