import Foundation
import Intake
import LeadModel
import LeadTrainer

/// Made-up leads as a CSV file, to try things with. The same arguments give the same file.
public struct SampleFile: Sendable {
    public let csv: Data
    /// How many of the leads are open.
    public let open: Int

    /// - Parameter prefix: what the leads' ids begin with.
    public init(count: Int, prefix: String) {
        let leads = SampleLeads.generate(count: count)
        let names = Set(leads.flatMap { $0.attributes.map(\.name) }).sorted()
        var lines = [CSVLine(["id", "created", "closed", "outcome", "owner", "title"] + names.map(\.text)).text]
        for lead in leads {
            let values = Dictionary(
                lead.attributes.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
            let id = prefix + lead.id.drop { $0 != "-" }
            let fields = [
                id, lead.createdAt.text, lead.closedAt?.text ?? "", lead.status == .open ? "" : lead.status.rawValue,
                lead.owner, lead.name,
            ]
            lines.append(CSVLine(fields + names.map { values[$0].map(Self.text) ?? "" }).text)
        }
        csv = Data((lines.joined(separator: "\n") + "\n").utf8)
        open = leads.count { $0.status == .open }
    }

    private static func text(_ value: Value) -> String {
        switch value {
        case .text(let text): text
        case .number(let number): JSONNumber.shortest(number)
        case .flag(let flag): flag ? "true" : "false"
        case .list(let entries): entries.joined(separator: "; ")
        }
    }
}
