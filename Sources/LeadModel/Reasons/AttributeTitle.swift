/// The name of an attribute as a person would say it, and what its grammar needs.
///
/// "Lead Source" is "lead source", `jobTitle` and `job_title` are "job title", `web.visits` is "web visits". The prefixes
/// `account.` and `contact.` are left out, since a seller knows whose industry is meant, and what Salesforce puts behind
/// custom fields (`Tier__c`). Short names in capitals stay: "MRR".
struct AttributeTitle: Equatable, Sendable {
    let text: String
    /// "web visits", of which one says "are".
    let isPlural: Bool
    /// It names a kind of thing, so that one of its values is "a strong …": not a question, not a sentence.
    let isKind: Bool

    /// - Parameter whole: with all of its prefixes.
    init(_ name: String, whole: Bool = false) {
        var rest = name.trimmed[...]
        for prefix in whole ? [] : ["account.", "contact."] where rest.hasPrefix(prefix) && rest.count > prefix.count {
            rest = rest.dropFirst(prefix.count)
        }
        for ending in ["__c", "__pc"] where rest.hasSuffix(ending) && rest.count > ending.count {
            rest = rest.dropLast(ending.count)
        }
        let words = Self.words(String(rest))
        text = words.isEmpty ? name : words.joined(separator: " ")
        let head = Self.head(words)
        isPlural = Self.isPlural(head)
        isKind =
            !isPlural && (1...4).contains(words.count) && !words.contains(where: Self.sentenceWords.contains)
            && words.allSatisfy { $0.first?.isLetter ?? false } && !rest.contains("?")
    }

    /// "is" or "are".
    var verb: String { isPlural ? "are" : "is" }

    /// "an industry", "a job title", "an MRR"; of many: "web visits".
    var withArticle: String {
        if isPlural { return text }
        let first = text.prefix { $0 != " " }
        let letters = first.lowercased()
        let isSpelled = first.count > 1 && first == first.uppercased() && first.contains(where: \.isLetter)
        let startsWithVowel =
            if isSpelled {
                "aefhilmnorsx8".contains(letters.first ?? " ")
            } else if ["uni", "use", "usa", "uti", "eu", "one", "once"].contains(where: letters.hasPrefix) {
                letters.hasPrefix("unin") || letters.hasPrefix("unim")
            } else {
                "aeiou8".contains(letters.first ?? " ")
                    || ["hour", "honest", "honor", "honour", "heir"].contains(where: letters.hasPrefix)
            }
        return (startsWithVowel ? "an " : "a ") + text
    }

    /// The words of a name: parted by blanks, dots, underscores, hyphens and slashes, and where small letters are
    /// followed by capitals.
    private static func words(_ name: String) -> [String] {
        var words: [[Character]] = [[]]
        let letters = Array(name)
        for (index, letter) in letters.enumerated() {
            if letter.isWhitespace || "._-/:".contains(letter) {
                words.append([])
                continue
            }
            if letter.isUppercase, let last = words[words.count - 1].last {
                let next = index + 1 < letters.count ? letters[index + 1] : nil
                // Of "URLs" the s belongs to what stands before it.
                let isLastS = next == "s" && (index + 2 == letters.count || !letters[index + 2].isLowercase)
                if last.isLowercase || last.isNumber || (last.isUppercase && next?.isLowercase == true && !isLastS) {
                    words.append([])
                }
            }
            words[words.count - 1].append(letter)
        }
        let isAllCapitals = !letters.contains(where: \.isLowercase)
        return words.filter { !$0.isEmpty }.map { word in
            let capitals = word.count { $0.isUppercase }
            let isShort = capitals >= 2 && (capitals == word.count || (capitals == word.count - 1 && word.last == "s"))
            let text = String(word)
            return isShort && (!isAllCapitals || word.count <= 3) ? text : text.lowercased()
        }
    }

    /// The word that the others describe: "visits" of "total visits per month".
    private static func head(_ words: [String]) -> String {
        let joints: Set = [
            "of", "per", "in", "on", "by", "for", "from", "at", "to", "with", "since", "until", "last", "spent",
            "viewed",
        ]
        let end = words.dropFirst().firstIndex { joints.contains($0) } ?? words.count
        return end > 0 ? words[end - 1] : ""
    }

    private static func isPlural(_ word: String) -> Bool {
        guard word.utf8.count > 3, word.hasSuffix("s"), word != word.uppercased() else {
            return ["people", "men", "women", "children"].contains(word)
        }
        if ["ss", "us", "is", "ous", "'s"].contains(where: word.hasSuffix) { return false }
        return !["news", "sales", "series", "species", "canvas", "atlas", "basis", "always", "christmas"].contains(word)
    }

    private static let sentenceWords: Set = [
        "what", "which", "who", "how", "why", "when", "where", "is", "are", "was", "were", "has", "have", "had", "do",
        "does", "did", "can", "will", "wants", "want", "would", "should", "not", "you", "your", "i", "we", "my", "our",
    ]
}
