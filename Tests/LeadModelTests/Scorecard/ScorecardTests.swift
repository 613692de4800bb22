import LeadModel
import TestKit
import Testing

@Suite("How a scorecard reads values")
struct ScorecardTests {
    private static func bins(_ count: Int, points: (Int) -> Double = { _ in 0 }) -> [Scorecard.Bin] {
        (0..<count).map { .init(label: "\($0)", points: points($0), records: 9, positives: 4) }
    }

    private static func card(_ attributes: [Scorecard.Attribute], missing: [String] = []) -> Scorecard {
        Scorecard(
            entity: .lead, intercept: 0, attributes: attributes, missing: missing,
            training: .init(asOf: nil, positives: 1, negatives: 1, seed: 1),
            quality: .init(folds: 5, auc: 0.5, logLoss: 1, accuracy: 0.5))
    }

    /// Levels of plain and other texts, one that no value can match (4.0 is 4), and one that also counts as missing.
    private static let levels = Scorecard.Levels(
        bins: ["google": 0, "4": 1, "4.0": 2, "é": 3, "k": 4, "none": 5, "007": 6, "true": 7, "a; b": 8, "1e2": 9],
        rare: [Scorecard.Levels.fingerprint("seldom")])
    private static let edges = [-1.0, 0, 4, 1e17]

    private static let all = card(
        [
            .init(name: "category", reading: .category(levels), bins: bins(13)),
            .init(name: "number", reading: .number(edges: edges), bins: bins(7)),
        ], missing: [" None ", "Select", "-1", "9.0", "\u{e9}t\u{e9}"])

    private static let values: [Value] = [
        .text("Google"), .text(" google\t"), .text("4"), .text("4.0"), .text("4e0"), .text("\u{e9}"), .text("e\u{301}"),
        .text("\u{c9}"), .text("K"), .text("\u{212a}"), .text("NONE"), .text("select"), .text("007"), .text("True"),
        .text(""), .text(" "), .text("Seldom"), .text("new"), .text("1E2"), .text("100"), .text("-1"), .text("9"),
        .text("\u{c9}T\u{c9}"), .number(4), .number(-1), .number(9), .number(0), .number(1e17), .number(0.5),
        .number(-1e300), .flag(true), .flag(false), .list([]), .list(["b", "a"]), .list(["Google"]), .list(["4.0"]),
    ]

    /// The expected bin, computed in the simplest way: by the value's category or number.
    private func plainBin(_ value: Value, in attribute: Scorecard.Attribute) -> Int {
        let missing = Set(Self.all.missing.compactMap { Value.text($0).asCategory })
        guard let category = value.asCategory, !missing.contains(category) else { return attribute.missingBin }
        switch attribute.reading {
        case .number(let edges):
            guard let number = value.asNumber ?? JSONNumber.parse(category) else { return attribute.unseenBin }
            return edges.count { $0 <= number }
        case .age, .list, .signal: preconditionFailure("none is here")
        case .category(let levels):
            if let bin = levels.bins[category] { return bin }
            return levels.rare!.contains(Scorecard.Levels.fingerprint(category))
                ? attribute.missingBin + 1 : attribute.unseenBin
        }
    }

    @Test("a value falls into the bin of its category or number, however it is spelled", arguments: values)
    func bins(value: Value) {
        let event = RecordEvent(
            kind: .lead, verb: .created, recordID: "L", source: "test", id: "1", time: Moment(milliseconds: 1),
            fields: [FieldValue(.attribute("number"), value), FieldValue(.attribute("category"), value)])
        var record = Record()
        record.merge([event])
        let plain = Self.all.attributes.map { UInt16(plainBin(value, in: $0)) }
        #expect(Self.all.evidence(of: record, at: .init(milliseconds: 0)).bins == plain)
        #expect(
            Self.all.evidence(of: record.attributes.map { (name: $0, value: $1) }, at: .init(milliseconds: 0)).bins
                == plain)
    }

    @Test("a changed scorecard reads values by its new contents")
    func changed() {
        var card = Self.all
        card.missing = []
        card.attributes[1] = .init(name: "other", reading: .number(edges: []), bins: Self.bins(3))
        let values: [(name: Exact, value: Value)] = [
            ("category", .text("none")), ("number", .number(0)), ("other", .number(0)),
        ]
        #expect(card.evidence(of: values, at: .init(milliseconds: 0)).bins == [5, 0])
    }

    @Test("the top reasons are the first few of each sign among all reasons, with or without cached texts")
    func topReasons() {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<200 {
            let count = Int.random(in: 0...20, using: &random)
            let card = Self.card(
                (0..<count).map { number in
                    .init(
                        name: "a\(number)", reading: .number(edges: []),
                        bins: Self.bins(3) { _ in Double(Int.random(in: -4...4, using: &random)) / 4 })
                })
            let evidence = Evidence(bins: (0..<count).map { _ in UInt16.random(in: 0..<3, using: &random) })
            let all = card.reasons(evidence)
            let raising = all.filter { $0.contribution > 0 }.prefix(5).map(\.attribute)
            let lowering = all.filter { $0.contribution < 0 }.prefix(5).map(\.attribute)
            let top = all.filter { raising.contains($0.attribute) || lowering.contains($0.attribute) }
            #expect(card.topReasons(evidence) == top)
            for _ in 0..<2 {
                let rendered = card.topReasons(evidence) {
                    .init(before: Array($0.label.utf8), after: Array($0.phrase.utf8))
                }
                #expect(rendered?.top.map(\.contribution) == top.map(\.contribution))
                let others = all.filter { $0.contribution != 0 }.count - top.count
                #expect(rendered?.others.count == others)
                let sum = top.map(\.contribution).reduce(rendered?.others.contribution ?? .nan, +)
                #expect(abs(sum - all.map(\.contribution).reduce(0, +)) < 1e-9, "nothing is left out of the sum")
                #expect(
                    rendered?.top.map(\.reason)
                        == top.map { .init(before: Array($0.label.utf8), after: Array($0.phrase.utf8)) })
            }
        }
        let (one, other) = (Self.card([]), Evidence(bins: [0]))
        #expect(one.topReasons(other) { _ in .init(before: [], after: []) } == nil)
    }
}
