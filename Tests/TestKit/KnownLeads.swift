import Contract
import LeadModel
import Registry
import Testing

/// Leads whose scores are known beforehand, to see whether they come back so whatever befell the fleet meanwhile.
public struct KnownLeads {
    public let count: Int
    private let card = Scorecard.byHand()

    public init(_ count: Int) { self.count = count }

    private func id(_ number: Int) -> String { "L\(number)" }
    private func source(_ number: Int) -> String { number % 3 == 0 ? "web" : "fair" }
    private func visits(_ number: Int) -> Int { number % 20 }

    /// Their events; with new attribute names all the time.
    public func events(_ range: Range<Int>) -> [TestEvent] {
        range.map {
            .created(id($0), ["source": source($0), "visits": visits($0), "n\($0 % 700)": true])
        }
    }

    public func probability(_ number: Int) -> Double {
        let evidence = card.evidence(
            of: [("source", .text(source(number))), ("visits", .number(Double(visits(number))))],
            at: Moment(milliseconds: 0))
        return card.probability(evidence)
    }

    /// Waits for a result of each, and expects what the fleet promises: each is stored with its score, was published
    /// under one id, and is counted once; nothing is rejected.
    ///
    /// - Parameter heard: results that were taken already.
    /// - Returns: results beyond one for each lead: what was published again.
    @discardableResult
    public func expectScoredOnce(
        on stage: Stage, heard: [TestResult] = [], within time: Duration = .seconds(120)
    ) throws -> Int {
        let missing = count - Set(heard.map(\.subject)).count
        let results = try heard + stage.results(ofRecords: missing, within: time) + stage.restOfResults()
        let byLead = Dictionary(grouping: results, by: \.subject)
        #expect(byLead.count == count, "leads with a result")
        #expect(byLead.values.allSatisfy { Set($0.map(\.id)).count == 1 }, "one result id a lead")
        #expect(try stage.usage() == UsageCount(records: count, scorings: count))
        let records = try stage.records((0..<count).map(id))
        for (number, record) in records.enumerated() {
            guard record.scoring?.probability == probability(number),
                byLead[id(number)]?.first?.data.probability == probability(number)
            else {
                Issue.record("lead \(number) has another score than it should")
                break
            }
        }
        #expect(try stage.drain(Names.rejected).isEmpty, "nothing is rejected")
        return results.count - byLead.count
    }
}
