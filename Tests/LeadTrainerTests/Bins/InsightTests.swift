import LeadModel
import LeadTrainer
import Testing

@Suite("The counts in insights")
struct InsightTests {
    private static let moment = Moment(milliseconds: 1_795_000_000_000)

    @Test("an insight has the counts and days of the rows with the same value")
    func counts() throws {
        let records = SampleLeads.generate(count: 600, seed: 5).compactMap(\.trainingRecord)
        let card = try Trainer.train(records).scorecard
        var compared = 0
        for (index, attribute) in card.attributes.enumerated() {
            guard case .category(let levels) = attribute.reading else { continue }
            for bin in 0...attribute.missingBin {
                // The rows with the value, found without the scorecard.
                let rows = records.filter { record in
                    let value = record.attributes.last { $0.name == Exact(attribute.name) }?.value.asCategory
                    return bin == attribute.missingBin ? value == nil : value.map { levels.bins[$0] == bin } ?? false
                }
                guard !rows.isEmpty else { continue }
                let good = rows.filter(\.isPositive)
                var evidence = card.evidence(of: [(name: Exact, value: Value)](), at: Self.moment)
                evidence.bins[card.attributes[..<index].map(\.evidenceWords).reduce(0, +)] = UInt16(bin)
                let insight = try #require(card.reasons(evidence).first { $0.attribute == attribute.name }).insight
                let percent = Int((100 * Double(good.count) / Double(rows.count)).rounded())
                #expect(insight.hasPrefix("Of \(rows.count) lead"), "\(insight)")
                #expect(insight.contains(", \(percent) % w"), "\(insight)")
                #expect(insight.contains(" missing, ") == (bin == attribute.missingBin))
                compared += 1
                let days = good.compactMap { record -> Double? in
                    guard let created = record.createdAt, let closed = record.closedAt, closed >= created else {
                        return nil
                    }
                    return closed.days(since: created)
                }
                guard days.count >= 5 else { continue }
                // Stored in hundredths of a day.
                let median = (days.sorted()[(days.count - 1) / 2] * 100).rounded() / 100
                let within = max(1, Int(median.rounded(.up)))
                #expect(
                    insight.contains(", half of them within \(within == 1 ? "1 day" : "\(within) days") of creation"),
                    "\(insight)"
                )
            }
        }
        #expect(compared > 10)
    }
}
