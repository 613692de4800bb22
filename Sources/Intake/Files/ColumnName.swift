import Foundation
import LeadModel

/// Names of columns, as they are compared: without blanks around them, and in Unicode's composed form (NFC), so that what
/// looks the same is the same.
public enum ColumnName {
    public static func normal(_ name: String) -> String {
        if name.utf8.allSatisfy({ $0 < 0x80 }) { return name.trimmed }
        return name.trimmingCharacters(in: blanks).precomposedStringWithCanonicalMapping
    }

    /// Blanks of every kind, and the invisible characters that exports put around names.
    private static let blanks = CharacterSet.whitespacesAndNewlines.union(
        CharacterSet(charactersIn: "\u{FEFF}\u{200B}\u{200C}\u{200D}\u{2060}\u{200E}\u{200F}"))

    /// Normal names that all differ: a repeated one is numbered ("Billing Contact (2)"), one without letters is called by
    /// its place ("column 7").
    ///
    /// - Returns: the names; those that were repeated; the places of those that were empty, from 1.
    static func distinct(_ names: [String]) -> (names: [String], repeated: [String], unnamed: [Int]) {
        let normal = names.map(normal)
        var taken = Set(normal.map { Exact($0) })
        var (seen, distinct, repeated, unnamed): (Set<Exact>, [String], [String], [Int]) = ([], [], [], [])
        for (place, name) in normal.enumerated() {
            var chosen = name.isEmpty ? "column \(place + 1)" : name
            if name.isEmpty { unnamed.append(place + 1) }
            var isTaken = name.isEmpty ? taken.contains(Exact(chosen)) : seen.contains(Exact(name))
            if isTaken, !name.isEmpty { repeated.append(name) }
            var number = 2
            let stem = chosen
            while isTaken {
                chosen = "\(stem) (\(number))"
                number += 1
                isTaken = taken.contains(Exact(chosen))
            }
            seen.insert(Exact(name))
            taken.insert(Exact(chosen))
            distinct.append(chosen)
        }
        return (distinct, repeated, unnamed)
    }
}
