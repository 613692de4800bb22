import GRDB
import LeadModel

/// A filter of a listing. A further case needs a kind, a condition and a cursor key here, and a flag in `leadline`: the
/// compiler demands each.
public enum ListingFilter: Hashable, Sendable {
    /// Compared without case and diacritics. Empty: records without an owner.
    case owner(String)
    case grade(Grade)
    case trend(Trend)
    case model(String, version: Int?)
    /// Days of 24 hours since the creation. A record of unknown creation has no age.
    case age(atLeast: Int?, atMost: Int?)
    /// Each word begins a word of the name, the owner or the id.
    case text(String)
    case unscored
}

extension ListingFilter {
    /// What a filter looks at. A front end builds its filters by going through all kinds, so that none is forgotten.
    public enum Kind: String, CaseIterable, Sendable {
        case owner, grade, trend, model, age, text, unscored
    }

    public var kind: Kind {
        switch self {
        case .owner: .owner
        case .grade: .grade
        case .trend: .trend
        case .model: .model
        case .age: .age
        case .text: .text
        case .unscored: .unscored
        }
    }

    /// - Parameter asOf: the time that ages are relative to.
    /// - Throws: `LedgerError.refused`.
    func condition(asOf: Moment, _ db: Database) throws -> ListingCondition {
        switch self {
        case .owner(let name): .equals(.ownerKey, SortKey.of(name).databaseValue, found: .openByOwner)
        case .grade(let grade): .equals(.grade, grade.rawValue.databaseValue, found: .openByGrade)
        case .trend(let trend): .equals(.trend, trend.rawValue.databaseValue, found: nil)
        case .model(let name, let version?):
            .other("version = (SELECT version FROM versions WHERE model = ? AND number = ?)", [name, version])
        case .model(let name, nil): .other("version IN (SELECT version FROM versions WHERE model = ?)", [name])
        case .age(let least, let most): try Self.creation(least, most, asOf: asOf)
        case .text(let text): .words(try Self.pattern(text, db))
        case .unscored: .equals(.rank, RecordRow.unranked.databaseValue, found: .openByRank)
        }
    }

    /// Equal for filters that select the same records.
    var cursorKey: [String] {
        let value: [String] =
            switch self {
            case .owner(let name): [SortKey.of(name)]
            case .grade(let grade): [grade.rawValue]
            case .trend(let trend): [trend.rawValue]
            case .model(let name, let version): [name, version.map(String.init) ?? ""]
            case .age(let least, let most): [least.map(String.init) ?? "", most.map(String.init) ?? ""]
            case .text(let text): [text]
            case .unscored: []
            }
        return [kind.rawValue] + value
    }

    private static func creation(_ least: Int?, _ most: Int?, asOf: Moment) throws -> ListingCondition {
        let newest = least.map { asOf.adding(days: -$0).microseconds } ?? .max
        let oldest = most.map { asOf.adding(days: -$0).microseconds } ?? RecordRow.unknownCreation + 1
        guard oldest <= newest else { throw LedgerError.refused("the least age is above the greatest") }
        return .between(.createdAt, oldest...newest, found: .openByCreation)
    }

    /// A prefix of every word, as FTS5 takes it. Words are split as the index splits its own, and quoted, so that no
    /// character of a text is an operator.
    private static func pattern(_ text: String, _ db: Database) throws -> String {
        let tokenizer = try db.makeTokenizer(.unicode61(diacritics: .remove))
        let words = try tokenizer.tokenize(query: text).map(\.token)
        guard !words.isEmpty else { throw LedgerError.refused("a text to search for needs a letter or a digit") }
        return words.map { "\"\($0)\"*" }.joined(separator: " ")
    }
}
