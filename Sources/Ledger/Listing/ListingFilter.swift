import GRDB
import LeadModel

/// A condition on the open records that a listing shows.
///
/// To add one, add a case: the compiler then names every place that must know it.
public enum ListingFilter: Hashable, Sendable {
    /// Compared without case and diacritics; an empty name stands for records without an owner.
    case owner(String)
    case grade(Grade)
    case trend(Trend)
    /// Scored by a model, or by one version of it.
    case model(String, version: Int?)
    /// Days of 24 hours since the creation. A record of unknown creation has no age.
    case age(atLeast: Int?, atMost: Int?)
    /// Each word of the text begins a word of the name, the owner or the id.
    case text(String)
    case unscored
}

/// The filters of a query as conditions in SQL.
struct ListingConditions {
    typealias Condition = (sql: String, arguments: StatementArguments)

    /// On owner, grade, trend and model.
    var conditions: [Condition] = []
    var isUnscored = false
    /// The bounds of the creation, if ages are asked for.
    var creation: ClosedRange<Int64>?
    /// A pattern for FTS5, if a text is asked for.
    var words: String?

    /// - Parameter asOf: ages count to here.
    /// - Throws: `LedgerError.refused`; `DatabaseError`.
    init(_ query: ListingQuery, asOf: Moment, _ db: Database) throws {
        for filter in query.filters {
            switch filter {
            case .owner(let owner): conditions.append(("ownerKey = ?", [SortKey.of(owner)]))
            case .grade(let grade): conditions.append(("grade = ?", [grade.rawValue]))
            case .trend(let trend): conditions.append(("trend = ?", [trend.rawValue]))
            case .model(let model, nil):
                conditions.append(("version IN (SELECT version FROM versions WHERE model = ?)", [model]))
            case .model(let model, let version?):
                conditions.append(
                    ("version = (SELECT version FROM versions WHERE model = ? AND number = ?)", [model, version]))
            case .age(let least, let most): creation = try Self.creation(atLeast: least, atMost: most, asOf)
            case .text(let text): words = try Self.pattern(text, db)
            case .unscored: isUnscored = true
            }
        }
    }

    private static func creation(atLeast least: Int?, atMost most: Int?, _ asOf: Moment) throws -> ClosedRange<Int64> {
        let newest = asOf.adding(days: -(least ?? 0)).microseconds
        let oldest = most.map { asOf.adding(days: -$0).microseconds } ?? RecordRow.unknownCreation + 1
        guard oldest <= newest else { throw LedgerError.refused("the least age is above the greatest") }
        return oldest...(least == nil ? Int64.max : newest)
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
