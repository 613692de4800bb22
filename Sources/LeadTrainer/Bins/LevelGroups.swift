import LeadModel

/// The groups that the names of a category's levels say they are in, as "Region07/City0123" does. A level that few
/// records have is then worth what its group is.
struct LevelGroups {
    /// As the scorecard finds them (`Scorecard.Levels.group`), rising.
    private(set) var names: [String] = []
    private(set) var labels: [String] = []
    /// By code of a level with a bin of its own, and by code of another level: the place of its group.
    private(set) var ofKept: [Int: Int] = [:]
    private(set) var ofCode: [Int: Int] = [:]

    /// Few levels need no hierarchy.
    private static let leastLevels = 30
    private static let most = 500

    /// - Parameters:
    ///   - counts: by code, its records.
    ///   - kept: the codes of the levels that have bins of their own.
    ///   - least: the fewest records of a group's other levels, at least two of these.
    init(_ column: Column, counts: [Int], kept: [Int], least: Int) {
        guard column.kind == .category, column.ranks == nil else { return }
        var (groups, codes): ([Int: String], [String: [Int]]) = ([:], [:])
        var levels = 0
        let isKept = Set(kept)
        for code in counts.indices where !column.isPersonal(code) {
            guard let category = column.category(code) else { continue }
            if counts[code] > 0 { levels += 1 }
            guard let group = Scorecard.Levels.group(of: category) else { continue }
            groups[code] = group
            if !isKept.contains(code) { codes[group, default: []].append(code) }
        }
        // Where only some names have a separator, it hardly means a hierarchy.
        guard levels >= Self.leastLevels, groups.keys.count(where: { counts[$0] > 0 }) * 10 >= levels * 8 else {
            return
        }
        let found = codes.filter { group in
            group.value.count { counts[$0] > 0 } >= 2 && group.value.reduce(0) { $0 + counts[$1] } >= least
        }
        guard (2...Self.most).contains(found.count), found.count * 2 <= levels else { return }
        names = found.keys.sorted()
        for (place, name) in names.enumerated() {
            for code in found[name] ?? [] { ofCode[code] = place }
            labels.append("other \(Self.label(column.spelling(found[name]?.first ?? 0)))")
        }
        let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        for code in kept { ofKept[code] = groups[code].flatMap { places[$0] } }
    }

    /// "Region07/…" of "Region07/City0123", "…, TX" of "Austin, TX".
    private static func label(_ spelling: String) -> String {
        guard let group = Scorecard.Levels.group(of: spelling) else { return spelling }
        return group.hasPrefix(",") ? "…\(group)" : "\(group)…"
    }
}
