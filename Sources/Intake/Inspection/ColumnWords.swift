import LeadModel

/// The words of a column's name, in small letters and without accents: "Deal Stage", "CREATEDDATE", "Negócio - Etapa".
struct ColumnWords: Sendable {
    let words: [String]
    /// Without anything between them.
    let joined: String

    /// - Parameter shared: a word that nearly all names of the file begin with, as Pipedrive's do.
    init(_ name: String, without shared: String? = nil) {
        var words = Self.split(name)
        if let shared, words.first == shared, words.count > 1 { words.removeFirst() }
        self.words = words
        joined = words.joined()
    }

    /// The word that most of the names begin with, if more than two thirds do.
    static func shared(_ names: [String]) -> String? {
        var counts: [String: Int] = [:]
        for name in names { counts[split(name).first ?? "", default: 0] += 1 }
        let most = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }
        guard names.count > 3, let most, most.value * 3 > names.count * 2, !most.key.isEmpty else { return nil }
        return most.key
    }

    /// Whether a word begins with one of these.
    func has(_ beginnings: [String]) -> Bool { words.contains { word in beginnings.contains { word.hasPrefix($0) } } }

    /// Whether it is one of these as a whole.
    func isOne(of names: [String]) -> Bool { names.contains(joined) }

    private static func split(_ name: String) -> [String] {
        var (words, last) = ([""], Character(" "))
        for character in name {
            if !character.isLetter, !character.isNumber {
                words.append("")
            } else {
                if character.isUppercase, last.isLowercase { words.append("") }
                words[words.count - 1].append(character)
            }
            last = character
        }
        return words.filter { !$0.isEmpty }.map(\.folded)
    }
}
