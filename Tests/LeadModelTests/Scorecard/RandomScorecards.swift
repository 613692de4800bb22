import LeadModel
import TestKit

/// Random scorecards with every kind of attribute, many pairs and some triples, and records with both known and unknown values.
struct RandomScorecards {
    static let now = Moment(milliseconds: 1_795_000_000_000)
    var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    private mutating func bins(_ labels: [String]) -> [Scorecard.Bin] {
        labels.map { label in
            let records = random.chance(0.1) ? 0 : Int.random(in: 1...900, using: &random)
            return .init(
                label: label, points: Double(Int.random(in: -2_000_000...2_000_000, using: &random)) / 1e6,
                records: records, positives: records / 3, medianDays: random.chance(0.5) ? 2.25 : nil)
        }
    }

    private mutating func attribute(_ number: Int) -> Scorecard.Attribute {
        let count = Int.random(in: 1...40, using: &random)
        let edges = (1..<count).map { Double($0) * 2.5 }
        let options = (0..<count).map { "option \($0)" }
        var levels = Scorecard.Levels(
            bins: Dictionary(uniqueKeysWithValues: options.enumerated().map { ($1, $0) }),
            rare: random.chance(0.2) ? nil : [Scorecard.Levels.fingerprint("rare option")])
        let ordered = (0..<count).map { "from \($0)" } + ["missing", "unseen"]
        let named = options + ["missing", "rare", "unseen"]
        let name = "\(random.pick(["web.", "account.", ""]))n\(number)"
        switch number % 5 {
        case 0: return .init(name: name, reading: .number(edges: edges), bins: bins(ordered))
        case 1: return .init(name: name, reading: .category(levels), bins: bins(named))
        case 2: return .init(name: name, reading: .list(levels), bins: bins(named))
        case 3: return .init(name: name, reading: .age(edges: edges), bins: bins(ordered))
        default:
            let signal = random.pick(Signal.allCases)
            levels.bins = Dictionary(uniqueKeysWithValues: signal.findings.enumerated().map { ($1, $0) })
            return .init(
                name: name, reading: .signal(signal, levels),
                bins: bins(signal.findings + ["missing", "rare", "unseen"])
            )
        }
    }

    mutating func card() -> Scorecard {
        let count = Int.random(in: 0...25, using: &random)
        let attributes = (0..<count).map { attribute($0) }
        let inPairs = attributes.indices.filter { if case .list = attributes[$0].reading { false } else { true } }
        var pairs: [Scorecard.Pair] = []
        for (place, first) in inPairs.enumerated() {
            for second in inPairs[(place + 1)...] where random.chance(0.2) {
                let groups = [first, second].map { index in
                    let most = min(5, attributes[index].bins.count)
                    return attributes[index].bins.indices.map { bin in
                        UInt16(bin < most ? bin : Int.random(in: 0..<most, using: &random))
                    }
                }
                let (rows, columns) = (Int(groups[0].max()!) + 1, Int(groups[1].max()!) + 1)
                pairs.append(
                    .init(
                        first: first, second: second, firstGroups: groups[0], secondGroups: groups[1],
                        points: (0..<rows).map { _ in
                            (0..<columns).map { _ in Double.random(in: -0.7...0.7, using: &random) }
                        }, records: Array(repeating: Array(repeating: 7, count: columns), count: rows)))
            }
        }
        var triples: [Scorecard.Triple] = []
        while inPairs.count >= 3, triples.count < 4, random.chance(0.7) {
            let places = Array(inPairs.shuffled(using: &random).prefix(3).sorted())
            let groups = places.map { index in
                let most = min(3, attributes[index].bins.count)
                return attributes[index].bins.indices.map { UInt16($0 % most) }
            }
            let cells = groups.reduce(1) { $0 * (Int($1.max()!) + 1) }
            triples.append(
                .init(
                    attributes: places, groups: groups,
                    points: (0..<cells).map { _ in Double.random(in: -0.7...0.7, using: &random) },
                    records: (0..<cells).map { _ in 7 }))
        }
        return Scorecard(
            entity: random.pick([.lead, .opportunity]), intercept: Double.random(in: -3...3, using: &random),
            attributes: attributes, pairs: pairs, triples: triples, missing: ["Select", "n/a", "0"],
            training: .init(asOf: nil, positives: 150, negatives: 250, seed: 1),
            quality: .init(folds: 5, auc: 0.8, logLoss: 0.5, accuracy: 0.75))
    }

    /// One whose bins have rates on either side of the base rate, and half of them small points.
    mutating func spreadCard() -> Scorecard {
        var card = card()
        var attributes = card.attributes
        for index in attributes.indices {
            for bin in attributes[index].bins.indices {
                let records = attributes[index].bins[bin].records
                attributes[index].bins[bin].positives = Int.random(in: 0...records, using: &random)
                if random.chance(0.5) { attributes[index].bins[bin].points /= 20 }
            }
        }
        card.attributes = attributes
        return card
    }

    mutating func value() -> Value? {
        switch Int.random(in: 0..<12, using: &random) {
        case 0, 1: .number(Double(Int.random(in: -10...110, using: &random)))
        case 2, 3: .text("Option \(Int.random(in: 0..<45, using: &random))")
        case 4: .list((0..<Int.random(in: 0...6, using: &random)).map { _ in text() })
        case 5: .text((0..<Int.random(in: 0...6, using: &random)).map { _ in text() }.joined(separator: ";"))
        case 6, 7: .text(Self.now.adding(seconds: Int64.random(in: -9_000_000...900_000, using: &random)).text)
        case 8: .text(random.pick(["ann@example.de", "bob@gmail.com", "Ann Example", "+49 30 1234568", "asdf"]))
        case 9: .flag(random.chance(0.5))
        case 10: .text(text())
        default: nil
        }
    }

    private mutating func text() -> String {
        random.pick([
            "option \(Int.random(in: 0..<45, using: &random))", "Rare option", "never seen", "Select", "", " ", "12",
            "é",
        ])
    }

    /// Includes attributes that the scorecard doesn't read.
    mutating func record(for card: Scorecard) -> Record {
        var fields: [FieldValue] = []
        for attribute in card.attributes where random.chance(0.85) {
            fields.append(FieldValue(.attribute(AttributeName(Exact(attribute.name))), value()))
        }
        for other in ["other", "web.other", "nn"] where random.chance(0.5) {
            fields.append(FieldValue(.attribute(AttributeName(Exact(other))), value()))
        }
        return Record(of: fields)
    }
}

extension Record {
    /// A new record with these attributes.
    init(of fields: [FieldValue]) {
        self.init()
        merge([
            RecordEvent(
                kind: .lead, verb: .created, recordID: "L", source: "test", id: "1", time: Moment(milliseconds: 1),
                fields: fields)
        ])
    }
}
