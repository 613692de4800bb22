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
    private func visits(_ number: Int, isChanged: Bool = false) -> Int { (number + (isChanged ? 7 : 0)) % 20 }

    public var ids: [String] { (0..<count).map(id) }

    /// Their events; with new attribute names all the time.
    public func events(_ range: Range<Int>) -> [TestEvent] {
        range.map {
            .created(id($0), ["source": source($0), "visits": visits($0), "n\($0 % 700)": true])
        }
    }

    /// Events that change them: they then wait for the sweep.
    public func changes(_ range: Range<Int>) -> [TestEvent] {
        range.map {
            TestEvent(
                "updated", id($0), data: ["attributes": ["visits": visits($0, isChanged: true)], "patch": true])
        }
    }

    /// - Parameter isChanged: once they are changed.
    public func probability(_ number: Int, isChanged: Bool = false) -> Double {
        let visits = Double(visits(number, isChanged: isChanged))
        let evidence = card.evidence(
            of: [("source", .text(source(number))), ("visits", .number(visits))], at: Moment(milliseconds: 0))
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

    /// Creates them all and changes them, and returns when all wait for the next sweep and no result is left to be taken.
    public func createAndChange(on stage: Stage) throws {
        for start in stride(from: 0, to: count, by: 5000) {
            try stage.publish(events(start..<min(count, start + 5000)))
        }
        // Results are taken meanwhile: a connection that is idle for minutes ends.
        let isCreated = try stage.eventually(within: .seconds(300)) {
            _ = try stage.restOfResults(quietFor: .milliseconds(1))
            return try stage.usage().scorings == count
        }
        #expect(isCreated, "all are scored as they come")
        for start in stride(from: 0, to: count, by: 5000) {
            try stage.publish(changes(start..<min(count, start + 5000)))
        }
        let areWaiting = try stage.eventually(within: .seconds(300)) {
            _ = try stage.restOfResults(quietFor: .milliseconds(1))
            return try stage.states().reduce(0) { $0 + $1.dirty } == count
        }
        #expect(areWaiting, "all wait for the sweep")
        _ = try stage.restOfResults()
    }

    /// Expects of a sweep that is over what the fleet promises: each changed lead was scored once in it, is counted so and
    /// stored so, and was published under one id.
    ///
    /// - Returns: results beyond one for each lead: what was published again.
    @discardableResult
    public func expectSwept(in sweep: Int64, on stage: Stage, heard: [TestResult] = []) throws -> Int {
        let missing = count - Set(heard.map(\.subject)).count
        let results = try heard + stage.results(ofRecords: missing) + stage.restOfResults()
        #expect(try stage.usage() == UsageCount(records: count, scorings: 2 * count))
        let published = Dictionary(grouping: results, by: \.subject)
        let records = try stage.records(ids)
        for (number, record) in records.enumerated() {
            let results = published[id(number)] ?? []
            guard let scoring = record.scoring, scoring.trigger == .sweep, record.sweepMark == UInt64(sweep),
                scoring.probability == probability(number, isChanged: true), !record.isPending,
                Set(results.map(\.id)) == ["lead/\(id(number)):\(scoring.revision)"],
                results.allSatisfy({ $0.data.probability == scoring.probability && $0.data.trigger == "sweep" })
            else {
                Issue.record("lead \(number) was not scored and published once by the sweep")
                break
            }
        }
        return results.count - count
    }
}
