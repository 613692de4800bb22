import LeadModel

/// Fits a model to the rows, and makes a scorecard of it.
struct Fitting {
    let columns: [Column]
    /// The columns' rows that count, rising. What else goes by row goes by the place among these.
    let rows: [Int]
    let outcomes: [Bool]
    /// Rows of one group lie on the same side of each bag.
    let group: [Int]
    let options: TrainingOptions

    /// A fitted model in the terms of its bins.
    struct Model {
        var binnings: [Binning]
        var intercept: Double
        /// By column and bin, in log-odds; without a row in training a bin has 0.
        var points: [[Double]]
        var pairs: [PairTable] = []
        var triples: [TripleTable] = []
        /// By row: the log-odds from the bags that left the row out; nil for a row that is in every bag.
        var logOddsOutOfBag: [Double?]
        var bags: Int
    }

    /// In log-odds: pairs that move scores by less on average are dropped, because they are not worth a reader's
    /// time.
    private static let leastStrength = 0.005
    private static let leastStrengthOfTriple = 0.02
    /// In log-odds: groups of bins that are nearer to each other than this are joined.
    private static let nearness = 0.01
    private static let few = 1000

    func fit(progress: (Double) -> Void) -> Model {
        let generator = SplitMix64(seed: options.seed).split(0)
        let binnings = self.binnings(generator: generator)
        let table = BinnedTable(columns, binnings, rows: rows)
        let stage = columns.firstIndex { Exact($0.name) == CoreAttribute.stage.name }
        let isFew = rows.count < Self.few
        func grow(screens: Bool, _ share: @escaping (Double) -> Double) -> Ensemble {
            Ensemble(
                table, stageColumn: stage, outcomes: outcomes, group: group, screens: screens, options: options,
                generator: generator
            ) { progress(share($0)) }
        }
        var ensemble = grow(screens: true) { isFew ? $0 / 2 : $0 }
        if isFew {
            // Few records may show of no attribute alone that it is worth something, though all together are.
            let other = grow(screens: false) { 0.5 + $0 / 2 }
            if other.loss <= ensemble.loss { ensemble = other }
        }
        var model = Model(
            binnings: binnings, intercept: ensemble.intercept,
            points: binnings.map { [Double](repeating: 0, count: $0.binCount) },
            logOddsOutOfBag: ensemble.logOddsOutOfBag, bags: ensemble.bags)
        for attribute in table.attributes {
            let fitted = Array(ensemble.points[attribute.offset..<attribute.offset + attribute.binCount])
            switch attribute.part {
            case .option(let option):
                // The points for "not held" move into the intercept, so that an entry adds points only to the records
                // that hold it.
                model.points[attribute.column][option] = fitted[1] - fitted[0]
                model.intercept += fitted[0]
            case .whole: model.points[attribute.column] = fitted
            case .groups:
                for (bin, group) in binnings[attribute.column].groupOfBin.enumerated() {
                    model.points[attribute.column][bin] += fitted[Int(group)]
                }
            }
        }
        model.triples = tripleTables(&ensemble, table)
        model.pairs = pairTables(ensemble, table, points: &model.points)
        for attribute in table.attributes where attribute.orderedCount > 0 { model.joinBins(attribute) }
        return model
    }

    /// The strongest triples, each with only what no two of its attributes explain. What they explain is added to the
    /// ensemble's pairs.
    private func tripleTables(_ ensemble: inout Ensemble, _ table: BinnedTable) -> [TripleTable] {
        var cells = Dictionary(uniqueKeysWithValues: ensemble.cells.map { ($0.pair, $0.points) })
        var tables: [TripleTable] = []
        for (triple, points) in ensemble.cubes where points.contains(where: { $0 != 0 }) {
            let places = (0..<3).map { triple.places[$0] }
            let coarse = places.map { ensemble.tripleGroupings[$0] }
            var triple = TripleTable(
                columns: places.map { table.attributes[$0].column }, groupings: coarse,
                codes: places.map { table.attributes[$0].codes }, points: points)
            for (axis, taken) in triple.purify().enumerated() {
                let others = [0, 1, 2].filter { $0 != axis }
                let pair = AttributePair(first: places[others[0]], second: places[others[1]])
                let (a, b) = (ensemble.groupings[pair.first], ensemble.groupings[pair.second])
                let (rows, columns) = (a.places(in: coarse[others[0]]), b.places(in: coarse[others[1]]))
                let width = coarse[others[1]].usedCount
                var sum = cells[pair] ?? [Double](repeating: 0, count: a.count * b.count)
                for row in 0..<a.usedCount {
                    for column in 0..<b.usedCount {
                        sum[row * b.count + column] += taken[Int(rows[row]) * width + Int(columns[column])]
                    }
                }
                cells[pair] = sum
            }
            triple.joinGroups(ordered: coarse.map(\.orderedCount), nearness: Self.nearness)
            tables.append(triple)
        }
        ensemble.cells = cells.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        let strengths = tables.map(\.strength)
        return tables.indices.filter { strengths[$0] >= Self.leastStrengthOfTriple }
            .sorted { (strengths[$1], $0) < (strengths[$0], $1) }.prefix(options.triplesKept).sorted()
            .map { tables[$0] }
    }

    /// The strongest pairs, each with only what the pair alone explains. What its single attributes explain is added
    /// to `points`.
    private func pairTables(_ ensemble: Ensemble, _ table: BinnedTable, points: inout [[Double]]) -> [PairTable] {
        let tables = ensemble.cells.map { pair, cells in
            let (first, second) = (table.attributes[pair.first], table.attributes[pair.second])
            let (a, b) = (ensemble.groupings[pair.first], ensemble.groupings[pair.second])
            var pairTable = PairTable(
                first: first.column, second: second.column, firstGroups: a.ofBin.map(Int.init),
                secondGroups: b.ofBin.map(Int.init),
                points: (0..<a.usedCount).map { Array(cells[$0 * b.count..<$0 * b.count + b.usedCount]) },
                records: [[Double]](repeating: .init(repeating: 0, count: b.usedCount), count: a.usedCount))
            for (one, other) in zip(first.codes, second.codes) {
                pairTable.records[Int(a.ofBin[Int(one)])][Int(b.ofBin[Int(other)])] += 1
            }
            let taken = pairTable.purify()
            for (bin, part) in taken.first.enumerated() { points[first.column][bin] += part }
            for (bin, part) in taken.second.enumerated() { points[second.column][bin] += part }
            pairTable.joinGroups(ordered: (a.orderedCount, b.orderedCount), nearness: Self.nearness)
            return pairTable
        }
        let strengths = tables.map(\.strength)
        let strong = tables.indices.filter { strengths[$0] >= Self.leastStrength }
        // Tables per stage were requested explicitly, so they don't count against the limit of pairs.
        let stage = options.perStage ? columns.firstIndex { Exact($0.name) == CoreAttribute.stage.name } : nil
        let asked = strong.filter { stage != nil && (tables[$0].first == stage || tables[$0].second == stage) }
        let strongest = strong.filter { !asked.contains($0) }.sorted { (strengths[$1], $0) < (strengths[$0], $1) }
            .prefix(options.pairsKept)
        return (strongest + asked).sorted().map { tables[$0] }
    }

    /// Fine bins for numbers whose single values stand out in one short trial. The other numbers get coarser bins,
    /// which a person can survey.
    private func binnings(generator: SplitMix64) -> [Binning] {
        let counts = columns.map { $0.counts(rows: rows) }
        func all(_ most: (Int) -> Int) -> [Binning] {
            columns.indices.map { Binning(columns[$0], counts: counts[$0], most: most($0), options: options) }
        }
        let fine = all { _ in options.fineBins }
        guard fine.contains(where: { $0.orderedCount > options.bins }) else { return fine }
        let table = BinnedTable(columns, fine, rows: rows)
        var own = generator
        let bag = BagRows(outcomes, group: group, most: options.rowsPerBag, generator: &own)
        var trial = Booster(table, outcomes: outcomes, rows: bag, generator: own)
        trial.run(rounds: Spikes.patience + 10, table, beyondChance: false, options: options)
        let spiked = Set(zip(table.attributes, trial.spikes).filter(\.1.areFound).map(\.0.column))
        return all { spiked.contains($0) ? options.fineBins : options.bins }
    }

    /// The scorecard of a model of all rows, calibrated. Each table has mean 0 over the records, so that the
    /// intercept is the average record. Points are rounded to millionths.
    ///
    /// - Parameters:
    ///   - days: by row, from creation to close.
    ///   - grown: by an attribute's name, the records whose value was set after their first event.
    func scorecard(
        _ model: Model, calibration: Calibration, days: [Double?], grown: (String) -> Int, stages: Scorecard.Stages,
        selection: [Scorecard.Choice],
        training: Scorecard.Training, quality: Scorecard.Quality
    ) -> Scorecard {
        var intercept = calibration(model.intercept)
        var attributes: [Scorecard.Attribute] = []
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
            // A list's points are relative to a record that holds none of its entries.
            let mean =
                column.kind == .list
                ? 0 : zip(points, bins).reduce(0.0) { $0 + $1.0 * Double($1.1.records) } / Double(rows.count)
            for bin in bins.indices {
                bins[bin].medianDays = Self.median(daysOfPositives[bin], least: options.minimumOfEachValue)
                // What a bin without training records is worth follows when all else is known (`UnknownValues`).
                if bins[bin].records > 0 { bins[bin].points = ((points[bin] - mean) * 1e6).rounded() / 1e6 }
            }
            intercept += mean
            attributes.append(
                .init(name: binning.name, reading: binning.reading, bins: bins, values: binning.values))
        }
        let pairs = model.pairs.map { pair in
            Scorecard.Pair(
                first: pair.first, second: pair.second, firstGroups: pair.firstGroups.map(UInt16.init),
                secondGroups: pair.secondGroups.map(UInt16.init),
                points: pair.points.map { $0.map { (calibration.scale * $0 * 1e6).rounded() / 1e6 } },
                records: pair.records.map { $0.map { Int($0) } })
        }
        let card = Scorecard(
            entity: options.entity, intercept: (intercept * 1e6).rounded() / 1e6, attributes: attributes, pairs: pairs,
            triples: model.triples.map { triple in
                Scorecard.Triple(
                    attributes: triple.columns, groups: triple.groups.map { $0.map(UInt16.init) },
                    points: triple.points.map { (calibration.scale * $0 * 1e6).rounded() / 1e6 },
                    records: triple.records.map { Int($0) })
            },
            missing: options.missing, keep: options.keep, stages: stages, selection: selection, training: training,
            quality: quality)
        return UnknownValues(card, columns, model.binnings, rows: rows).scorecard(grown: grown)
    }

    /// The least number of days within which at least half were closed, rounded to hundredths. Nil for fewer than
    /// `least` (five), because it would reveal individual persons.
    static func median(_ days: [Double], least: Int) -> Double? {
        guard days.count >= least else { return nil }
        return (days.sorted()[(days.count - 1) / 2] * 100).rounded() / 100
    }
}

extension Fitting.Model {
    /// Of any rows of the columns that it was fitted to.
    func logOdds(_ columns: [Column], rows: [Int]) -> [Double] {
        var logOdds = [Double](repeating: intercept, count: rows.count)
        for (place, column) in columns.enumerated() {
            binnings[place].eachBin(column, rows: rows) { logOdds[$0] += points[place][$1] }
        }
        let codes = columns.indices.map { place in
            columns[place].kind == .list ? [] : binnings[place].codes(columns[place], rows: rows)
        }
        for pair in pairs {
            for row in rows.indices {
                let (first, second) = (Int(codes[pair.first][row]), Int(codes[pair.second][row]))
                logOdds[row] += pair.points[pair.firstGroups[first]][pair.secondGroups[second]]
            }
        }
        for triple in triples {
            for row in rows.indices {
                let cell = (0..<3).reduce(0) { cell, axis in
                    cell * triple.sizes[axis] + triple.groups[axis][Int(codes[triple.columns[axis]][row])]
                }
                logOdds[row] += triple.points[cell]
            }
        }
        return logOdds
    }

    /// Joins neighbouring bins of a number that hardly differ and that no pair distinguishes.
    fileprivate mutating func joinBins(_ attribute: BinnedTable.Attribute) {
        let column = attribute.column
        var counts = [Int](repeating: 0, count: attribute.binCount)
        for code in attribute.codes { counts[Int(code)] += 1 }
        var groups: [[Int]] = []
        for pair in pairs {
            if pair.first == column { groups.append(pair.firstGroups) }
            if pair.second == column { groups.append(pair.secondGroups) }
        }
        for triple in triples {
            for axis in 0..<3 where triple.columns[axis] == column { groups.append(triple.groups[axis]) }
        }
        let joined = JoinedBins(points: points[column], counts: counts, orderedCount: attribute.orderedCount) { bin in
            groups.contains { $0[bin] != $0[bin + 1] }
        }
        binnings[column].join(joined.runs)
        points[column] = joined.points
        func kept(_ groups: [Int]) -> [Int] {
            joined.runs.map { groups[$0.lowerBound] } + groups.dropFirst(attribute.orderedCount)
        }
        for pair in pairs.indices {
            if pairs[pair].first == column { pairs[pair].firstGroups = kept(pairs[pair].firstGroups) }
            if pairs[pair].second == column { pairs[pair].secondGroups = kept(pairs[pair].secondGroups) }
        }
        for triple in triples.indices {
            for axis in 0..<3 where triples[triple].columns[axis] == column {
                triples[triple].groups[axis] = kept(triples[triple].groups[axis])
            }
        }
    }
}
