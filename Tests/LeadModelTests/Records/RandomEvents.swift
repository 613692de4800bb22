import LeadModel
import TestKit

/// Random events of one record: snapshots, patches, deletions and, rarely, an erasure, under three prefixes. Many have
/// the same time, so that sequence and hash must decide.
func randomEvents(count: Int, record: Exact = "L1", using random: inout SeededGenerator) -> [RecordEvent] {
    (0..<count).map { number in
        let verb: Verb =
            switch Double.random(in: 0..<1, using: &random) {
            case ..<0.3: random.pick([.created, .imported])
            case ..<0.85: .updated
            case ..<0.97: .deleted
            default: .erased
            }
        let fields: [Field] = [
            .status, .createdAt, .closedAt, .owner, .name, .stage, .attribute("a"), .attribute("account.b"),
            .attribute("web.c"),
        ]
        let chosen = fields.shuffled(using: &random).prefix(Int.random(in: 0...4, using: &random))
        return RecordEvent(
            kind: .lead, verb: verb, recordID: record, source: "test", id: "\(number)",
            time: Moment(milliseconds: Int64.random(in: 1...9, using: &random)),
            sequence: random.pick([nil, nil, "1", "2"]), isPatch: verb == .updated && random.chance(0.6),
            fields: chosen.map { field in
                let value: Value? =
                    field == .status
                    ? random.pick([.text("open"), .text("qualified"), nil])
                    : random.pick([.text("x"), .number(1), .flag(true), .list(["p", "q"]), nil])
                return FieldValue(field, value)
            })
    }
}
