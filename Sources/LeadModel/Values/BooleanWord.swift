/// The words for yes and no: 1/0, true/false, yes/no, y/n, t/f in any case are one fact.
public enum BooleanWord {
    public static let yes: Set<String> = ["1", "true", "yes", "y", "t"]
    public static let no: Set<String> = ["0", "false", "no", "n", "f"]

    /// What a category says (`Value.asCategory`); nil if it is no such word.
    public static func sense(ofCategory category: String) -> Bool? {
        guard category.utf8.count <= 5 else { return nil }
        return yes.contains(category) ? true : no.contains(category) ? false : nil
    }

    /// How a scorecard writes it.
    public static func text(_ sense: Bool) -> String { sense ? "Yes" : "No" }

    /// Whether categories are booleans: all of them are such words, and not just the letter of one side.
    public static func areBooleans(_ categories: some Sequence<String>) -> Bool {
        var senses: Set<Bool> = []
        var isLetter = true
        for category in categories {
            guard let sense = sense(ofCategory: category) else { return false }
            senses.insert(sense)
            isLetter = isLetter && "a"..."z" ~= category && category.utf8.count == 1
        }
        return senses.count == 2 || (senses.count == 1 && !isLetter)
    }

    /// The categories that mean the same as a level that is a boolean word, with that level's bin. None if the levels say
    /// only one of yes and no next to other categories.
    static func aliases(of bins: [String: Int]) -> [String: Int] {
        let words = bins.keys.filter { sense(ofCategory: $0) != nil }
        let senses = Set(words.compactMap { sense(ofCategory: $0) })
        guard senses.count == 2 || (!words.isEmpty && areBooleans(bins.keys)) else { return [:] }
        var aliases: [String: Int] = [:]
        for sense in senses {
            // Of several levels of one side, the longest word.
            let known = words.filter { self.sense(ofCategory: $0) == sense }
            guard let level = known.max(by: { ($0.utf8.count, $0) < ($1.utf8.count, $1) }) else { continue }
            for word in sense ? yes : no where bins[word] == nil { aliases[word] = bins[level] }
        }
        return aliases
    }
}
