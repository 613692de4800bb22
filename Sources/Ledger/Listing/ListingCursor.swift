import Foundation
import GRDB
import LeadModel

/// Where a page of a listing ended: the sort keys of its last row. Its text is opaque to others.
struct ListingCursor {
    /// The time that ages are relative to.
    var asOf: Moment
    /// Rows on the pages before.
    var seen: Int
    /// In the order of the listing's sort columns.
    var keys: [DatabaseValue]

    /// More rows than any ledger has: a listing adds to `seen`.
    private static let mostRows = 1 << 50

    init(asOf: Moment, seen: Int, keys: [DatabaseValue]) { (self.asOf, self.seen, self.keys) = (asOf, seen, keys) }

    /// - Throws: `LedgerError.refused`.
    init(_ text: String, of query: ListingQuery) throws {
        var base64 = text.replacing("-", with: "+").replacing("_", with: "/")
        base64 += String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: base64), let parts = try? JSONDecoder().decode([String].self, from: data),
            parts.count > 3, let hash = UInt64(parts[0], radix: 36), let asOf = Int64(parts[1], radix: 36),
            let seen = Int(parts[2], radix: 36), (0...Self.mostRows).contains(seen),
            case let keys = parts[3...].compactMap(Self.key), keys.count == parts.count - 3
        else { throw LedgerError.refused("this is no cursor; give the one that the page before shows as its next") }
        guard hash == Self.hash(query) else {
            throw LedgerError.refused(
                "this cursor belongs to another order or other filters; give the same as for the page before, or no cursor for the first page"
            )
        }
        self.init(asOf: Moment(microseconds: asOf), seen: seen, keys: keys)
    }

    /// A hash of the query, which identifies cursors of other queries; then the rest, with numbers in base 36.
    func text(of query: ListingQuery) throws -> String {
        let parts =
            [String(Self.hash(query), radix: 36), String(asOf.microseconds, radix: 36), String(seen, radix: 36)]
            + keys.map(Self.text)
        return try JSONEncoder().encode(parts).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// A letter for the type, and the value: of a real number its bits, so that it is exact.
    private static func text(_ key: DatabaseValue) -> String {
        switch key.storage {
        case .int64(let number): "w" + String(number, radix: 36)
        case .double(let number): "r" + String(number.bitPattern, radix: 36)
        case .string(let text): "t" + text
        case .null, .blob: "t"
        }
    }

    /// Nil for a text that `text` never gives.
    private static func key(_ text: String) -> DatabaseValue? {
        // By bytes: the letter and a combining mark behind it are one Character.
        guard let letter = text.utf8.first, let rest = String(text.utf8.dropFirst()) else { return nil }
        switch letter {
        case UInt8(ascii: "w"): return Int64(rest, radix: 36)?.databaseValue
        case UInt8(ascii: "r"):
            let number = UInt64(rest, radix: 36).map(Double.init(bitPattern:))
            return number.flatMap { $0.isFinite ? $0.databaseValue : nil }
        case UInt8(ascii: "t"): return rest.databaseValue
        default: return nil
        }
    }

    private static func hash(_ query: ListingQuery) -> UInt64 {
        var hash = FNV1a()
        let filters = query.filters.map(\.cursorKey).sorted { $0.lexicographicallyPrecedes($1) }
        let order = query.order.rawValue + (query.isReversed ? " reversed" : "")
        for parts in [[query.organization, query.entity.rawValue, order]] + filters {
            for part in parts { hash.combine("+" + part) }
            hash.combine("-")
        }
        return hash.value
    }
}
