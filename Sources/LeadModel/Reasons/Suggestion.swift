import Foundation

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
        /// What they show: "Of 1,210 leads with industry = Finance, 64 % were qualified (of all leads 38 %)".
        public var insight: String
        public var evidence: Evidence
        /// At most those of `evidence`, and at most those that the records show.
        public var logOdds: Double
    }

    /// Of each attribute that can be changed the one bin that would raise the log-odds most (of a list: the one option
    /// more), the best first. Ages, signals and `fixedAttributes` are no candidates: nobody changes the past, or who
    /// somebody is.
    ///
    /// A suggestion never promises more than the training records show:
    ///
    /// 1. At least `least` of them fell into the bin, and a larger share of these was positive than of all.
    /// 2. At least five fell into the same cell of every pair and triple of which the attribute is part.
    /// 3. The log-odds rise by no more than the bin's own log-odds are above those of the record's former bin (of a list:
    ///    of the records that don't hold the option), however much more the points say.
    ///
    /// - Parameters:
    ///   - fixed: names of attributes that cannot be changed either.
    ///   - least: training records that must have fallen into the bin.
    public func suggestions(
        for evidence: Evidence, fixed: Set<Exact> = [], count: Int = 5, least: Int = 30
    ) -> [Suggestion] {
        let now = logOdds(evidence)
        let fixed = fixed.union(fixedAttributes.map { Exact($0) })
        var best: [Suggestion] = []
        for (index, attribute) in attributes.enumerated() where !fixed.contains(Exact(attribute.name)) {
            switch attribute.reading {
            case .age, .signal: continue
            case .number, .category, .list: break
            }
            let known = bins(of: index, in: evidence)
            var suggestion: Suggestion?
            for bin in 0..<attribute.valueBinCount
            where attribute.bins[bin].records >= least && !known.contains(bin) && isAboveAverage(attribute.bins[bin])
                && !attribute.groupBins.contains(bin)
            {
                let changed = prepared.tables.evidence(evidence, with: bin, of: index)
                let shown = now + differenceShown(by: bin, of: attribute, insteadOf: known)
                let logOdds = min(logOdds(changed), shown)
                guard logOdds > suggestion?.logOdds ?? now, hasSeenCells(of: index, in: changed) else { continue }
                suggestion = Suggestion(
                    attribute: attribute.name, label: attribute.bins[bin].label, records: attribute.bins[bin].records,
                    insight: prepared.texts.insight(of: index, bin: bin), evidence: changed, logOdds: logOdds)
            }
            if let suggestion { best.append(suggestion) }
        }
        // Sorting is stable: equal ones stay in the order of the scorecard.
        return Array(best.sorted { $0.logOdds > $1.logOdds }.prefix(count))
    }

    private func isAboveAverage(_ bin: Bin) -> Bool {
        bin.positives * (training.positives + training.negatives) > training.positives * bin.records
    }

    /// The bin's log-odds minus those of the known bin, as the training records show them.
    private func differenceShown(by bin: Int, of attribute: Attribute, insteadOf known: [Int]) -> Double {
        let (chosen, all) = (attribute.bins[bin], training.positives + training.negatives)
        var former = (positives: training.positives, records: all)
        if attribute.reading.isList {
            former = (training.positives - chosen.positives, all - chosen.records)
        } else if let bin = known.first.map({ attribute.bins[$0] }), bin.records > 0 {
            former = (bin.positives, bin.records)
        }
        return ShownRates.logOdds(chosen.positives, of: chosen.records)
            - ShownRates.logOdds(max(0, former.positives), of: max(former.records, former.positives, 0))
    }

    private func hasSeenCells(of attribute: Int, in evidence: Evidence) -> Bool {
        func bin(_ attribute: Int) -> Int { bins(of: attribute, in: evidence)[0] }
        return pairs.allSatisfy { pair in
            guard pair.first == attribute || pair.second == attribute else { return true }
            return pair.records[Int(pair.firstGroups[bin(pair.first)])][Int(pair.secondGroups[bin(pair.second)])] >= 5
        }
            && triples.allSatisfy { triple in
                !triple.attributes.contains(attribute) || triple.records[triple.cell(bin)] >= 5
            }
    }
}
