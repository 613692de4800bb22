extension Scorecard {
    /// Whether a score rests on few training records and should be used with caution. It follows from
    /// scorecard and evidence alone; the evidence must fit. A score is marked when
    ///
    /// 1. fewer than 200 closed records trained the scorecard, or
    /// 2. the records behind its shares are fewer than 30 in the mean: the harmonic mean over the attributes of how many
    ///    training records fell into the same bin (of a list: the bin with the most points), each weighted by the size of
    ///    its share. One large share that rests on few records marks the score, however many are behind the rest. Or
    /// 3. nothing is known of most of what the scorecard goes by: attributes whose bin no training record fell into make
    ///    up more than half of its weight. The weight of an attribute is how far its points move a training record in the
    ///    mean.
    public func hasLowEvidence(_ evidence: Evidence) -> Bool {
        if training.positives + training.negatives < 200 { return true }
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: attributes.count) { shares in
            prepared.tables.write(sharesOf: evidence, to: shares)
            var (size, sizeByRecords, unknown, weight) = (0.0, 0.0, 0.0, 0.0)
            for index in 0..<attributes.count {
                let records = prepared.tables.records(behind: index, in: evidence)
                size += abs(shares[index])
                sizeByRecords += abs(shares[index]) / Double(max(1, records))
                weight += prepared.weights[index]
                if records == 0 { unknown += prepared.weights[index] }
            }
            return size < 30 * sizeByRecords || unknown * 2 > weight
        }
    }
}

extension Scorecard.Attribute {
    /// The mean size of its points over the training records.
    var weight: Double {
        let records = bins.reduce(0) { $0 + $1.records }
        return bins.reduce(0.0) { $0 + abs($1.points) * Double($1.records) } / Double(max(1, records))
    }
}
