import Foundation
import GRDB
import LeadModel

/// Where a page of a listing ended: the keys of its last row. To others it is a word that says nothing.
struct ListingCursor {
    /// What ages are taken of.
    var asOf: Moment
    /// Rows of the pages before.
    var seen: Int
    /// In the order of the listing's sort columns.
    var keys: [DatabaseValue]

    init(asOf: Moment, seen: Int, keys: [DatabaseValue]) { (self.asOf, self.seen, self.keys) = (asOf, seen, keys) }

    private struct Stored: Codable {
        /// Of the query, so that a cursor of another one is noticed.
        var of: UInt64
        var asOf: Int64
        var seen: Int
        var keys: [Key]
    }

    private enum Key: Codable {
        case whole(Int64)
        /// By its bits, so that it comes back as it was.
        case real(UInt64)
        case text(String)
    }

    /// - Throws: `LedgerError.refused`.
    init(_ text: String, of query: ListingQuery) throws {
        var base64 = text.replacing("-", with: "+").replacing("_", with: "/")
        base64 += String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: base64), let stored = try? JSONDecoder().decode(Stored.self, from: data)
        else {
            throw LedgerError.refused("this is no cursor; take the one that the page before gave as its next")
        }
        guard stored.of == Self.hash(query), stored.seen >= 0 else {
            throw LedgerError.refused(
                "this cursor is of another order or other filters; give the same as for the page before, or none for the first page"
            )
        }
        (asOf, seen) = (Moment(microseconds: stored.asOf), stored.seen)
        keys = stored.keys.map { key in
            switch key {
            case .whole(let number): number.databaseValue
            case .real(let bits): Double(bitPattern: bits).databaseValue
            case .text(let text): text.databaseValue
            }
        }
    }

    func text(of query: ListingQuery) throws -> String {
        let stored = Stored(
            of: Self.hash(query), asOf: asOf.microseconds, seen: seen,
            keys: keys.map { key in
                switch key.storage {
                case .int64(let number): .whole(number)
                case .double(let number): .real(number.bitPattern)
                case .string(let text): .text(text)
                case .null, .blob: .text("")
                }
            })
        return try JSONEncoder().encode(stored).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    private static func hash(_ query: ListingQuery) -> UInt64 {
        var hash = FNV1a()
        let parts: [String?] = [
            query.organization, query.entity.rawValue, query.order.rawValue, query.isReversed ? "reversed" : nil,
            query.owner.map { SortKey.of($0) }, query.grade?.rawValue, query.trend?.rawValue, query.model,
            query.version.map(String.init), query.leastAge.map(String.init), query.mostAge.map(String.init), query.text,
            query.isUnscored ? "unscored" : nil,
        ]
        for part in parts {
            hash.combine(part == nil ? "-" : "+")
            hash.combine(part ?? "")
        }
        return hash.value
    }
}
