/// Which bins a record's attributes fell into, in the order of the scorecard's attributes: a word for each, its bin. A
/// list has a word for every sixteen bins, the lowest first: bit i of the set (of word i / 16 the bit i mod 16) says
/// that it holds what falls into bin i. With the version, the log-odds and every reason follow from it for ever.
public struct Evidence: Equatable, Sendable {
    public var bins: [UInt16]

    public init(bins: [UInt16]) { self.bins = bins }
}

extension Scorecard {
    /// - Parameters:
    ///   - moment: the scoring's reference time, of which ages are taken.
    ///   - stageMoment: of which the days in stage are taken; by default the same. Of a closed record, its closing.
    public func evidence(
        of attributes: some Sequence<(name: Exact, value: Value)>, at moment: Moment, stage stageMoment: Moment? = nil
    ) -> Evidence {
        prepared.lookup.evidence(of: attributes, at: moment, stage: stageMoment ?? moment)
    }

    /// - Parameter moment: the scoring's reference time, of which ages are taken.
    ///
    /// Of the record's fields it reads those that are `CoreAttribute`s.
    public func evidence(of record: Record, at moment: Moment) -> Evidence {
        prepared.lookup.evidence(of: record, at: moment)
    }

    /// The bins that a value falls into: one, but of a list one or more, rising.
    public func bins(of value: Value, in attribute: Attribute, at moment: Moment) -> [Int] {
        let lookup = BinLookup([attribute], MissingValues(missing, keep: keep))
        let evidence = lookup.evidence(
            of: CollectionOfOne((name: Exact(attribute.name), value: value)), at: moment, stage: moment)
        return PointTables([attribute]).bins(of: 0, in: evidence)
    }

    /// The bins of the attribute at a place: one, but of a list one or more, rising. The evidence must fit.
    public func bins(of attribute: Int, in evidence: Evidence) -> [Int] {
        prepared.tables.bins(of: attribute, in: evidence)
    }

    /// The sum of the intercept, the points of the attributes, those of the pairs and those of the triples, in this order:
    /// bit for bit the same for the same evidence, which must fit.
    public func logOdds(_ evidence: Evidence) -> Double { prepared.tables.logOdds(evidence, intercept: intercept) }

    public func probability(_ evidence: Evidence) -> Double { logistic(logOdds(evidence)) }

    /// By attribute: its exact share of the log-odds, which is the points of its bins half of those of each pair
    /// and a third of those of each triple that it is part of (the Shapley value, where a table holds only what its
    /// attributes are not worth without one another).
    /// All shares and the intercept add up to the log-odds. The evidence must fit.
    public func shares(_ evidence: Evidence) -> [Double] {
        Array(unsafeUninitializedCapacity: attributes.count) { shares, count in
            prepared.tables.write(sharesOf: evidence, to: shares)
            count = attributes.count
        }
    }

    /// Whether the evidence is one of this scorecard: as many words as its attributes take, no bin beyond its table.
    public func fits(_ evidence: Evidence) -> Bool { prepared.tables.fit(evidence) }
}
