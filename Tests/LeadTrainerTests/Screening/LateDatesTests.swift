import LeadModel
import Testing

@testable import LeadTrainer

@Suite("Dates after the close are suspected")
struct LateDatesTests {
    private static let start = Moment(microseconds: 1_740_000_000_000_000)

    /// Leads of ten months that close after 1 to 60 days.
    private func screened(
        knowsCreation: Bool, _ dates: (inout SplitMix64, _ created: Moment, _ closed: Moment, Bool) -> [String: Moment]
    ) -> Screened {
        var random = SplitMix64(seed: 6)
        let table = TrainingTable()
        for _ in 0..<800 {
            let isPositive = random.unit() < 0.4
            let created = Self.start.adding(seconds: Int64(random.unit() * 300 * 86_400))
            let closed = created.adding(seconds: Int64((1 + random.unit() * 59) * 86_400))
            let given = dates(&random, created, closed, isPositive).map {
                (name: Exact($0.key), value: Value.text($0.value.text))
            }
            let honest = (name: Exact("honest"), value: Value.number(random.unit() + (isPositive ? 0.3 : 0)))
            table.add(
                attributes: [honest] + given, isPositive: isPositive, createdAt: knowsCreation ? created : nil,
                closedAt: closed)
        }
        return Screened(table)
    }

    @Test("the last change and the invoice lie after the close: the first is in use where creation is not known")
    func late() {
        for knowsCreation in [true, false] {
            let screened = screened(knowsCreation: knowsCreation) { random, created, closed, _ in
                let (days, invoice) = (random.unit() * 20 - 2, random.unit() * 5 + 1)
                return [
                    "last modified": closed.adding(seconds: Int64(days * 86_400)),
                    "invoice sent": closed.adding(seconds: Int64(invoice * 86_400)),
                    "first visit": created.adding(seconds: -Int64(random.unit() * 50 * 86_400)),
                ]
            }
            #expect(screened.suspects == (knowsCreation ? [] : ["invoice sent", "last modified"]))
            #expect(screened.reason("invoice sent") == (knowsCreation ? .constant : .used))
            #expect(screened.warnings("invoice sent")[0].contains("is after the close for 800 of the 800 leads"))
            #expect(screened.reason("first visit") == .used)
        }
    }

    @Test("plans, and dates that lie ahead by themselves, are no leaks")
    func plans() {
        let screened = screened(knowsCreation: true) { random, created, closed, _ in
            [
                "expected close": closed.adding(seconds: Int64((random.unit() * 40 - 10) * 86_400)),
                "wedding": created.adding(seconds: Int64((60 + random.unit() * 300) * 86_400)),
                "last call": created.adding(seconds: Int64((random.unit() * 1.2 - 1) * 86_400)),
            ]
        }
        #expect(screened.suspects == [])
        #expect(screened.attributes.flatMap(\.warnings).allSatisfy { !$0.description.contains("after the close") })
    }
}
