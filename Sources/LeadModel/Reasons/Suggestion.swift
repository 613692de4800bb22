// What a score would be if the record had other values: arithmetic on evidence. It shows correlations, not causes.

extension Scorecard {
    /// The evidence of the record as changed in one attribute, all else left as it was when it was scored.
    ///
    /// - Parameters:
    ///   - value: nil means missing.
    ///   - moment: the reference time of that scoring, of which ages are taken.
    /// - Returns: nil if the scorecard does not read the attribute.
    public func evidence(_ evidence: Evidence, with value: Value?, of name: Exact, at moment: Moment) -> Evidence? {
        var changed = evidence
        return prepared.lookup.put(value, of: name, at: moment, into: &changed) ? changed : nil
    }

    /// A change of one attribute that would raise the score.
    public struct Suggestion: Equatable, Sendable {
        public var attribute: String
        /// The bin's to which it would change; of a list what it would hold besides.
        public var label: String
        /// Training records that fell into the bin.
        public var records: Int
        /// What they show: "Of 1,210 leads with industry = Finance, 64 % were qualified".
        public var insight: String
        public var evidence: Evidence
        public var logOdds: Double
    }

    /// Of each attribute that can be changed the one bin that would raise the log-odds most (of a list: the one option
    /// more), the best first. Ages and signals are no candidates: nobody changes the past, or who somebody is.
    ///
    /// - Parameters:
    ///   - fixed: names of attributes that cannot be changed either.
    ///   - least: training records that must have fallen into the bin.
    public func suggestions(
        for evidence: Evidence, fixed: Set<Exact> = [], count: Int = 5, least: Int = 30
    ) -> [Suggestion] {
        let now = logOdds(evidence)
        var best: [Suggestion] = []
        for (index, attribute) in attributes.enumerated() where !fixed.contains(Exact(attribute.name)) {
            switch attribute.reading {
            case .age, .signal: continue
            case .number, .category, .list: break
            }
            let known = bins(of: index, in: evidence)
            var suggestion: Suggestion?
            for bin in 0..<attribute.valueBinCount
            where attribute.bins[bin].records >= least && !known.contains(bin) {
                let changed = prepared.tables.evidence(evidence, with: bin, of: index)
                let logOdds = logOdds(changed)
                guard logOdds > suggestion?.logOdds ?? now else { continue }
                suggestion = Suggestion(
                    attribute: attribute.name, label: attribute.bins[bin].label, records: attribute.bins[bin].records,
                    insight: prepared.texts.insight(of: index, bin: bin), evidence: changed, logOdds: logOdds)
            }
            if let suggestion { best.append(suggestion) }
        }
        // Sorting is stable: equal ones stay in the order of the scorecard.
        return Array(best.sorted { $0.logOdds > $1.logOdds }.prefix(count))
    }
}
