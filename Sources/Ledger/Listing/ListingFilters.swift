import GRDB
import LeadModel

/// The filters of a listing as conditions of SQL.
struct ListingFilters {
    typealias Condition = (sql: String, arguments: StatementArguments)

    /// Of owner, grade, trend and model.
    var conditions: [Condition] = []
    var isUnscored: Bool
    /// What the creation lies between, where ages are asked for.
    var creation: ClosedRange<Int64>?
    /// For FTS5, where a text is asked for.
    var words: String?

    /// - Throws: `LedgerError.refused`; `DatabaseError`.
    init(_ query: ListingQuery, asOf: Moment, _ db: Database) throws {
        if let owner = query.owner { conditions.append(("ownerKey = ?", [SortKey.of(owner)])) }
        if let grade = query.grade { conditions.append(("grade = ?", [grade.rawValue])) }
        if let trend = query.trend { conditions.append(("trend = ?", [trend.rawValue])) }
        isUnscored = query.isUnscored
        if let model = query.model {
            conditions.append(
                query.version.map {
                    ("version = (SELECT version FROM versions WHERE model = ? AND number = ?)", [model, $0])
                } ?? ("version IN (SELECT version FROM versions WHERE model = ?)", [model]))
        }
        if query.leastAge != nil || query.mostAge != nil {
            let newest = asOf.adding(days: -(query.leastAge ?? 0)).microseconds
            let oldest = query.mostAge.map { asOf.adding(days: -$0).microseconds } ?? RecordRow.unknownCreation + 1
            guard oldest <= newest else { throw LedgerError.refused("the least age is above the greatest") }
            creation = oldest...(query.leastAge == nil ? Int64.max : newest)
        }
        words = try query.text.map { try Self.pattern($0, db) }
    }

    /// Every word a prefix, all of them to be there. The words are found as the index found its own, and quoted, so that
    /// nothing in a text is an operator.
    private static func pattern(_ text: String, _ db: Database) throws -> String {
        let tokenizer = try db.makeTokenizer(.unicode61(diacritics: .remove))
        let words = try tokenizer.tokenize(query: text).map(\.token)
        guard !words.isEmpty else { throw LedgerError.refused("a text to search for needs a letter or a digit") }
        return words.map { "\"\($0)\"*" }.joined(separator: " ")
    }
}
