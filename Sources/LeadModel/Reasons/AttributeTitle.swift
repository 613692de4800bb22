/// The name of an attribute as a person reads it.
///
/// "Lead Source" becomes "lead source", `jobTitle` and `job_title` become "job title", `web.visits` becomes "web visits".
/// The prefixes `account.` and `contact.` are left out, and so are Salesforce's suffixes of custom fields (`Tier__c`).
/// Acronyms stay: "MRR".
struct AttributeTitle: Equatable, Sendable {
    let text: String
    /// It is a question or a sentence, which can't be used like a noun.
    private let isSentence: Bool

    init(_ name: String, keepingPrefix: Bool = false) {
        var rest = name.trimmed[...]
        for prefix in keepingPrefix ? [] : ["account.", "contact."]
        where rest.hasPrefix(prefix) && rest.count > prefix.count {
            rest = rest.dropFirst(prefix.count)
        }
        for suffix in ["__c", "__pc"] where rest.hasSuffix(suffix) && rest.count > suffix.count {
            rest = rest.dropLast(suffix.count)
        }
        let words = Self.words(String(rest))
        text = words.isEmpty ? name : words.joined(separator: " ")
        isSentence = rest.contains("?") || words.contains(where: Self.sentenceWords.contains)
    }

    private init(text: String) { (self.text, isSentence) = (text, false) }

    /// The title of `stageSince`, which is read as the time since then.
    static let timeInStage = AttributeTitle(text: "time in stage")

    /// At the beginning of a phrase: "Industry", "What is your current occupation".
    var capitalized: String { text.prefix(1).uppercased() + text.dropFirst() }

    /// Within a sentence; a title that is a sentence itself is quoted.
    var inSentence: String { isSentence ? "“\(capitalized)”" : text }

    /// The words of a name: separated by spaces, dots, underscores, hyphens, slashes and colons, and split where a
    /// lowercase letter is followed by a capital.
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
                // The s of "URLs" belongs to the word before it.
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
            let isAcronym =
                capitals >= 2 && (capitals == word.count || (capitals == word.count - 1 && word.last == "s"))
            let text = String(word)
            return isAcronym && (!isAllCapitals || word.count <= 3) ? text : text.lowercased()
        }
    }

    private static let sentenceWords: Set = [
        "what", "which", "who", "how", "why", "when", "where", "is", "are", "was", "were", "has", "have", "had", "do",
        "does", "did", "can", "will", "wants", "want", "would", "should", "not", "you", "your", "i", "we", "my", "our",
    ]
}
