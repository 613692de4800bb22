/// The attributes' parts, summed up over the steps from scoring to scoring.
struct MovedAttributes {
    private(set) var parts: [Exact: ScoreChange.Parts] = [:]

    /// - Returns: the parts that belong to no attribute, and why a step can't be attributed.
    mutating func add(
        from old: ScoreChange.Reading, to new: ScoreChange.Reading
    ) -> (intercept: Double, untold: Double, gaps: [ScoreChange.Gap]) {
        guard let before = old.known, let after = new.known else {
            return (0, new.logOdds - old.logOdds, [old.gap, new.gap].compactMap(\.self))
        }
        let days = new.point.at.days(since: old.point.at)
        if old.point.model == new.point.model {
            add(before.card, before.evidence, after.evidence, days)
            return (0, 0, [])
        }
        guard let former = new.point.former, former.model == old.point.model, before.card.fits(former.evidence) else {
            return (0, new.logOdds - old.logOdds, [.noBridge])
        }
        add(before.card, before.evidence, former.evidence, days)
        for (attribute, share) in zip(before.card.attributes, before.card.shares(former.evidence)) {
            parts[Exact(attribute.name), default: .init()].model -= share
        }
        for (attribute, share) in zip(after.card.attributes, after.card.shares(after.evidence)) {
            parts[Exact(attribute.name), default: .init()].model += share
        }
        return (after.card.intercept - before.card.intercept, 0, [])
    }

    private mutating func add(_ card: Scorecard, _ old: Evidence, _ new: Evidence, _ days: Double) {
        guard old != new else { return }
        for (attribute, moved) in zip(card.attributes, card.parts(from: old, to: new, days: days)) {
            parts[Exact(attribute.name), default: .init()] += moved
        }
    }
}

extension Scorecard {
    /// By attribute: how the record and time changed its share between two scorings under this scorecard.
    ///
    /// If an attribute doesn't read time, the record caused a move to another bin. If it does (the age of a date, the
    /// days in a stage), time caused the move if the elapsed days can explain it: some age in the old bin, plus those
    /// days, lies in the new bin. Otherwise, and wherever the value was or is missing, the record caused the move.
    /// The evidence alone can't show more. A date that was changed to exactly where time would have brought the old
    /// one counts as time's move. A future date counts as missing, so its arrival counts as the record's move.
    ///
    /// If both moved attributes of one pair, the pair's points are averaged over the two possible orders of the moves
    /// (the Shapley value of two players), so that the parts add up. Let S be the attribute's share, 0 the evidence
    /// before and 1 after, t the evidence with only time's moves, and r with only the record's. Then time's part is
    /// ½[(S(t) − S(0)) + (S(1) − S(r))]. The record's part is the same with t and r exchanged.
    ///
    /// - Parameter days: the days between the two scorings.
    func parts(from old: Evidence, to new: Evidence, days: Double) -> [ScoreChange.Parts] {
        var (byTime, byRecord) = (old, old)
        for (place, attribute) in attributes.enumerated() {
            let word = prepared.tables.word(of: place)
            let words = word..<word + attribute.evidenceWords
            guard old.bins[words] != new.bins[words] else { continue }
            if attribute.canAge(from: Int(old.bins[word]), to: Int(new.bins[word]), in: days) {
                byTime.bins[words] = new.bins[words]
            } else {
                byRecord.bins[words] = new.bins[words]
            }
        }
        let (before, after) = (shares(old), shares(new))
        let (aged, changed) = (shares(byTime), shares(byRecord))
        return attributes.indices.map { place in
            ScoreChange.Parts(
                record: ((changed[place] - before[place]) + (after[place] - aged[place])) / 2,
                time: ((aged[place] - before[place]) + (after[place] - changed[place])) / 2)
        }
    }
}

extension Scorecard.Attribute {
    /// Whether an age in one bin can be in the other bin that many days later.
    func canAge(from old: Int, to new: Int, in days: Double) -> Bool {
        guard case .age(let edges) = reading, old < valueBinCount, new < valueBinCount else { return false }
        // A bin includes its lower edge but not its upper one, and no age is negative unless dates
        // ahead are read. The sums are rounded, so
        // differences of up to a millisecond are ignored.
        let slack = 0.001 / 86_400
        let least = values.readsAhead == true ? -Double.infinity : 0
        func lower(_ bin: Int) -> Double { bin == 0 ? least : max(least, edges[bin - 1]) }
        func upper(_ bin: Int) -> Double { bin < edges.count ? edges[bin] : .infinity }
        return lower(old) + days < upper(new) + slack && lower(new) < upper(old) + days + slack
    }
}
