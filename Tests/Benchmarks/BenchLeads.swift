import Contract
import Foundation
import LeadModel
import LeadTrainer

/// The leads of the bench: the sample's, with more attributes, so that each has about 30 and its event about 1 KB.
struct BenchLeads {
    let scorecard: Scorecard
    let leads: [SampleLead]
    /// The `data` of events, used in turn.
    private let data: [[UInt8]]
    private let time: Moment

    private static let moreTexts: [(String, [String])] = [
        ("contact.department", ["Sales", "Finance", "Operations", "Engineering", "Procurement"]),
        ("contact.language", ["en", "de", "fr", "es", "it"]), ("account.rating", ["hot", "warm", "cold"]),
        ("account.type", ["prospect", "customer", "partner", "former"]), ("timeframe", ["now", "quarter", "year"]),
        ("currency", ["EUR", "USD", "GBP"]), ("priority", ["low", "normal", "high"]),
        ("partner", ["none", "north", "south", "online"]),
    ]
    private static let moreNumbers = [
        "web.pages", "web.returns", "email.opens", "email.clicks", "calls.attempted", "calls.minutes",
        "events.attended", "account.openOrders", "account.contacts", "account.pastLeads", "web.downloads",
    ]

    /// Nine scopes of three conditions that no lead meets; the last condition decides.
    static func unmetScopes() throws -> [(name: String, scope: ModelScope)] {
        try (1...9).map { number in
            let conditions = try ["currency in EUR, USD, GBP", "web.pages >= 0", "region in Region \(number), Mars"]
                .map { try RecordFilter.Condition(text: $0) }
            return ("bench-\(number)", ModelScope(filter: try RecordFilter(anyOf: [conditions])))
        }
    }

    /// - Parameter now: of the servers' machine; events must not be from the future.
    init(now: Moment) throws {
        leads = SampleLeads.generate(count: 2000).map { lead in
            var lead = lead
            var random = SplitMix64(seed: UInt64(lead.createdAt.microseconds))
            for (name, texts) in Self.moreTexts {
                lead.attributes.append((Exact(name), .text(texts[random.index(below: texts.count)])))
            }
            for name in Self.moreNumbers {
                lead.attributes.append((Exact(name), .number(Double(random.index(below: 30)))))
            }
            return lead
        }
        var options = TrainingOptions()
        (options.asOf, options.rounds, options.bags) = (SampleLeads.standardAsOf, 200, 2)
        scorecard = try Trainer.train(leads.compactMap(\.trainingRecord), options: options).scorecard
        time = now
        data = try leads.map { lead in
            var attributes: [String: Any] = [:]
            for (name, value) in lead.attributes {
                switch value {
                case .text(let text): attributes[name.text] = text
                case .number(let number): attributes[name.text] = number
                case .flag(let flag): attributes[name.text] = flag
                case .list(let entries): attributes[name.text] = entries
                }
            }
            let object: [String: Any] = ["name": lead.name, "owner": lead.owner, "attributes": attributes]
            let bytes = try JSONSerialization.data(
                withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
            return Array(bytes)
        }
    }

    /// The event of a new record.
    func event(_ number: Int, id: String, organization: String) -> [UInt8] {
        EventWriter(RoutingKey(organization: organization, kind: .lead, verb: .created), source: "crm/bench")
            .event(id: "crm-\(id)", subject: id, time: time, data: data[number % data.count]).json
    }
}
