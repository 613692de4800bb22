/// The up to three of `names` that are most similar to `name`, the most similar first. Case, blanks and punctuation are
/// ignored; about one letter in four may differ.
func nearMatches(of name: String, in names: [String]) -> [String] {
    let wanted = letters(name)
    guard !wanted.isEmpty else { return [] }
    let allowed = max(1, wanted.count / 4)
    let near = names.enumerated().compactMap { index, candidate -> (distance: Int, index: Int, name: String)? in
        let distance = editDistance(wanted, letters(candidate))
        return distance <= allowed ? (distance, index, candidate) : nil
    }
    return near.sorted { ($0.distance, $0.index) < ($1.distance, $1.index) }.prefix(3).map(\.name)
}

private func letters(_ name: String) -> [Character] {
    Array(name.lowercased().filter { $0.isLetter || $0.isNumber })
}

/// The Levenshtein distance: the least number of inserted, deleted or changed letters.
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
    guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, other) in b.enumerated() {
            let changed = diagonal + (letter == other ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(changed, row[j] + 1, diagonal + 1)
        }
    }
    return row[b.count]
}
