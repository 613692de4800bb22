import Foundation
import LeadModel

@testable import Ledger

/// A listing as anyone would write it who has all records in memory.
struct PlainListing {
    let ids: [Exact]

    init(_ all: [MadeUpRecord], _ query: ListingQuery) {
        let rows = all.filter { Self.isShown($0, query) }.sorted { Self.isBefore($0, $1, query.order) }
        ids = (query.isReversed ? rows.reversed() : rows).map(\.id)
    }

    private static func isShown(_ record: MadeUpRecord, _ query: ListingQuery) -> Bool {
        guard record.organization == query.organization, record.entity == query.entity, record.status == .open else {
            return false
        }
        return query.filters.allSatisfy { passes(record, $0) }
    }

    private static func passes(_ record: MadeUpRecord, _ filter: ListingFilter) -> Bool {
        let scoring = record.scoring
        switch filter {
        case .owner(let owner): return plain(record.owner) == plain(owner)
        case .grade(let grade): return scoring?.grade == grade
        case .trend(let trend): return scoring?.trend == trend
        case .model(let model, let version):
            return scoring?.model.name == model && (version == nil || scoring?.model.version == version)
        case .unscored: return scoring == nil
        case .age(let least, let most):
            guard let created = record.createdAt else { return false }
            let age = MadeUpRecords.now.seconds(since: created) / 86_400
            return age >= Double(least ?? 0) && age <= Double(most ?? 1_000_000)
        case .text(let text):
            let words = plain([record.name, record.owner, record.id.text].compactMap(\.self).joined(separator: " "))
                .split { !$0.isLetter && !$0.isNumber }
            return plain(text).split { !$0.isLetter && !$0.isNumber }.allSatisfy { word in
                words.contains { $0.hasPrefix(word) }
            }
        }
    }

    private static func plain(_ text: String?) -> String {
        (text ?? "").folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
    }

    /// Of equal ones the one that came first stands first; of the latest first the one that came last.
    private static func isBefore(_ a: MadeUpRecord, _ b: MadeUpRecord, _ order: ListingQuery.Order) -> Bool {
        func rank(_ record: MadeUpRecord) -> Double { record.scoring?.probability ?? -1 }
        func bytes(_ text: String?) -> Exact { Exact(plain(text)) }
        switch order {
        case .score: return rank(a) != rank(b) ? rank(a) > rank(b) : a.number < b.number
        case .owner:
            let (one, other) = (bytes(a.owner), bytes(b.owner))
            if one != other { return one < other }
            return rank(a) != rank(b) ? rank(a) > rank(b) : a.number < b.number
        case .name:
            let (one, other) = (bytes(a.name), bytes(b.name))
            return one != other ? one < other : a.number < b.number
        case .age:
            let (one, other) = (a.createdAt?.microseconds ?? .min, b.createdAt?.microseconds ?? .min)
            return one != other ? one > other : a.number > b.number
        case .scored:
            let (one, other) = (a.scoring?.at.microseconds ?? 0, b.scoring?.at.microseconds ?? 0)
            return one != other ? one > other : a.number > b.number
        }
    }
}
