import Contract
import Foundation
import LeadModel
import LeadTrainer

/// The leads of the bench: the sample's, with more attributes, so that each has about 30 and its event about 1 KB.
struct BenchLeads {
    let scorecard: Scorecard
    let leads: [SampleLead]
    /// What of the events' bodies stands behind the record's id; taken in turn.
    private let tails: [String]
    private let time: String

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
        time = now.text
        tails = try leads.map { lead in
            var attributes: [String: Any] = [:]
            for (name, value) in lead.attributes {
                switch value {
                case .text(let text): attributes[name.text] = text
                case .number(let number): attributes[name.text] = number
                case .flag(let flag): attributes[name.text] = flag
                case .list(let entries): attributes[name.text] = entries
                }
            }
            let data: [String: Any] = ["name": lead.name, "owner": lead.owner, "attributes": attributes]
            let bytes = try JSONSerialization.data(
                withJSONObject: data, options: [.sortedKeys, .withoutEscapingSlashes])
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// The event of a record that nobody has heard of yet.
    func event(_ number: Int, id: String, organization: String) -> String {
        """
        {"specversion":"1.0","id":"crm-\(id)","source":"crm/bench","type":"leadline.lead.created","subject":"\(id)",\
        "time":"\(time)","organization":"\(organization)","data":\(tails[number % tails.count])}
        """
    }
}
