import LeadModel

/// Fits models to parts of the rows, and makes a scorecard of one. Every model bins anew from its own rows, so that what
/// is measured out of fold includes the binning.
struct Fitting {
    let columns: [Column]
    /// By row.
    let outcomes: [Bool]
    let options: TrainingOptions

    /// A fitted model in the terms of its bins.
    struct Model {
        var binnings: [Binning]
        var intercept: Double
        /// By attribute and bin, in log-odds; without a row in training a bin has 0.
        var points: [[Double]]
    }

    /// - Parameters:
    ///   - part: which of the models it is: for its own random numbers.
    func fit(rows: [Int], part: Int, progress: (Double) -> Void) -> Model {
        let generator = SplitMix64(seed: options.seed).split(UInt64(part))
        let outcomes = rows.map { self.outcomes[$0] }
        let binnings = self.binnings(rows: rows, outcomes: outcomes, generator: generator)
        let table = BinnedTable(columns, binnings, rows: rows)
        let ensemble = Ensemble(
            table, outcomes: outcomes, options: options, generator: generator, progress: progress)
        var model = Model(binnings: binnings, intercept: ensemble.intercept, points: [])
        model.points = model.binnings.map { [Double](repeating: 0, count: $0.binCount) }
        for attribute in table.attributes {
            let fitted = Array(ensemble.points[attribute.offset..<attribute.offset + attribute.binCount])
            if let option = attribute.option {
                // What a list does not hold adds nothing: its part is every record's.
                model.points[attribute.column][option] = fitted[1] - fitted[0]
                model.intercept += fitted[0]
                continue
            }
            let counts = attribute.codes.reduce(into: [Int](repeating: 0, count: attribute.binCount)) {
                $0[Int($1)] += 1
            }
            let joined = JoinedBins(points: fitted, counts: counts, orderedCount: attribute.orderedCount)
            model.binnings[attribute.column].join(joined.runs)
            model.points[attribute.column] = joined.points
        }
        return model
    }

    /// Fine bins for the numbers of which single values stand out, as one short trial shows, and coarser ones, that a
    /// person can survey, for the others.
    private func binnings(rows: [Int], outcomes: [Bool], generator: SplitMix64) -> [Binning] {
        let counts = columns.map { $0.counts(rows: rows) }
        func all(_ most: (Int) -> Int) -> [Binning] {
            columns.indices.map { Binning(columns[$0], counts: counts[$0], most: most($0), options: options) }
        }
        let fine = all { _ in options.fineBins }
        guard fine.contains(where: { $0.orderedCount > options.bins }) else { return fine }
        let table = BinnedTable(columns, fine, rows: rows)
        var own = generator
        let weights = BagPlan.weights(outcomes, generator: &own)
        let y = outcomes.map { Float($0 ? 1 : 0) }
        var trial = Booster(table, outcomes: y, weights: weights, generator: own)
        trial.run(rounds: Spikes.patience + 10, table, outcomes: y, options: options)
        let spiked = Set(zip(table.attributes, trial.spikes).filter(\.1.areFound).map(\.0.column))
        return all { spiked.contains($0) ? options.fineBins : options.bins }
    }

    /// The model's log-odds for the rows.
    func logOdds(_ model: Model, rows: [Int]) -> [Double] {
        var sums = [Double](repeating: model.intercept, count: rows.count)
        for (index, column) in columns.enumerated() {
            let points = model.points[index]
            model.binnings[index].eachBin(column, rows: rows) { place, bin in sums[place] += points[bin] }
        }
        return sums
    }

    /// The scorecard of a model of all rows: calibrated, each table with mean 0 over the records, so that the intercept
    /// is the average record, and points in millionths.
    ///
    /// - Parameters:
    ///   - days: by row, from creation to close.
    func scorecard(
        _ model: Model, calibration: Calibration, days: [Double?], training: Scorecard.Training,
        quality: Scorecard.Quality
    ) -> Scorecard {
        var intercept = calibration(model.intercept)
        var attributes: [Scorecard.Attribute] = []
        let rows = Array(outcomes.indices)
        for (index, column) in columns.enumerated() {
            let binning = model.binnings[index]
            var bins = binning.labels.map { Scorecard.Bin(label: $0, points: 0, records: 0, positives: 0) }
            var daysOfPositives = [[Double]](repeating: [], count: bins.count)
            binning.eachBin(column, rows: rows) { row, bin in
                bins[bin].records += 1
                guard outcomes[row] else { return }
                bins[bin].positives += 1
                if let days = days[row] { daysOfPositives[bin].append(days) }
            }
            let points = model.points[index].map { calibration.scale * $0 }
            // A list's points are beside those of a record that holds nothing of it.
            let mean =
                column.kind == .list
                ? 0 : zip(points, bins).reduce(0.0) { $0 + $1.0 * Double($1.1.records) } / Double(rows.count)
            for bin in bins.indices {
                bins[bin].medianDays = median(daysOfPositives[bin])
                // What no record taught stays neutral.
                if bins[bin].records > 0 { bins[bin].points = ((points[bin] - mean) * 1e6).rounded() / 1e6 }
            }
            intercept += mean
            attributes.append(.init(name: binning.name, reading: binning.reading, bins: bins))
        }
        return Scorecard(
            entity: options.entity, intercept: (intercept * 1e6).rounded() / 1e6, attributes: attributes,
            missing: options.missing, training: training, quality: quality)
    }

    /// The least number of days within which at least half were closed, in hundredths. Nothing for fewer than five: it
    /// would tell of single persons.
    private func median(_ days: [Double]) -> Double? {
        guard days.count >= options.minimumOfEachValue else { return nil }
        return (days.sorted()[(days.count - 1) / 2] * 100).rounded() / 100
    }
}
