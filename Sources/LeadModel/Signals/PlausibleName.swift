/// Whether a text could be the name of a person or a company, in any script: a rule of thumb against what is typed to get
/// past a form, in favour of the person where in doubt.
enum PlausibleName {
    /// It has at least two letters (one, where a letter is a syllable or a word), no signs that names do not have, is not
    /// a placeholder, no run of keys, and what is in Latin letters can be spoken.
    static func isOne(_ text: String) -> Bool {
        var words: [[Unicode.Scalar]] = [[]]
        var (isLatin, isSyllabic, letters) = (true, false, 0)
        for scalar in text.trimmed.lowercased().unicodeScalars {
            if scalar.properties.isAlphabetic {
                words[words.count - 1].append(scalar)
                letters += 1
                if !scalar.isLatin { isLatin = false }
                if scalar.isSyllable { isSyllabic = true }
            } else if scalar.isMark {
                continue
            } else if scalar.standsInNames {
                words.append([])
            } else {
                return false
            }
        }
        words.removeAll(where: \.isEmpty)
        guard letters >= 2 || (letters == 1 && isSyllabic) else { return false }
        // Initials alone are not a name.
        if isLatin, words.allSatisfy({ $0.count == 1 }) { return false }
        let plain = words.map { String(String.UnicodeScalarView($0)) }
        if plain.allSatisfy(placeholders.contains) || phrases.contains(plain.joined(separator: " ")) { return false }
        if words.contains(where: isOfOneLetter) || plain.contains(where: isRunOfKeys) { return false }
        return !isLatin || isSpeakable(words)
    }

    private static let placeholders: Set<String> = [
        "test", "tests", "tester", "testing", "testuser", "testlead", "testname", "asdf", "qwerty", "qwertz", "none",
        "null", "unknown", "undefined", "unbekannt", "inconnu", "desconocido", "dummy", "fake", "foobar",
        "lorem", "ipsum", "noname", "firstname", "lastname", "surname", "fullname", "username", "name", "user", "abc",
        "abcd", "xyz", "blah", "anonymous", "anonym", "tbd", "tba", "keine",
    ]

    private static let phrases: Set<String> = [
        "no name", "not provided", "not available", "not applicable", "first name", "last name", "foo bar",
        "keine angabe", "dont know", "john doe", "jane doe", "n a", "a b", "some one", "some body", "mickey mouse",
        "donald duck",
    ]

    /// "aaa", "xxxx".
    private static func isOfOneLetter(_ word: [Unicode.Scalar]) -> Bool {
        word.count >= 3 && word.allSatisfy { $0 == word[0] }
    }

    /// A word of keys that lie side by side, as "asdf" and "hjkl", five such keys in any word, or a few said again and
    /// again, as "asdasd" and "hahaha".
    private static func isRunOfKeys(_ word: String) -> Bool {
        let letters = Array(word)
        for length in 2...3 where letters.count >= 6 && letters.count % length == 0 {
            let isRepeated = letters.indices.allSatisfy { letters[$0] == letters[$0 % length] }
            let block = String(letters[..<length])
            if isRepeated, letters.count > 2 * length || rows.contains(where: { $0.contains(block) }) { return true }
        }
        guard letters.count >= 4, !["wert", "trew"].contains(word) else { return false }
        let length = min(letters.count, 5)
        return (0...letters.count - length).contains { start in
            let run = String(letters[start..<start + length])
            return rows.contains { $0.contains(run) }
        }
    }

    private static let rows = ["qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm", "azertyuiop"].flatMap {
        [$0, String($0.reversed())]
    }

    /// It has a vowel, or an r or l that stands for one in a short name (Vlk, Brk), and no eight consonants in a row.
    private static func isSpeakable(_ words: [[Unicode.Scalar]]) -> Bool {
        var (vowels, inARow) = (0, 0)
        for word in words {
            inARow = 0
            for letter in word {
                if letter.isVowel { (vowels, inARow) = (vowels + 1, 0) } else { inARow += 1 }
                if inARow == 8 { return false }
            }
        }
        if vowels > 0 { return true }
        return words.contains { word in
            word == ["n", "g"] || (3...5).contains(word.count) && word.contains { $0 == "r" || $0 == "l" }
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isLatin: Bool {
        switch value {
        case 0x41...0x5A, 0x61...0x7A, 0xAA, 0xBA, 0xC0...0x24F, 0x1E00...0x1EFF: true
        default: false
        }
    }

    /// Of a script in which one letter can be a name: Han, kana, Hangul.
    fileprivate var isSyllable: Bool {
        switch value {
        case 0x3040...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7AF, 0xF900...0xFAFF, 0x20000...0x323AF:
            true
        default: false
        }
    }

    fileprivate var isMark: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark, .format: true
        default: false
        }
    }

    /// What can stand between the letters of a name besides them: blanks, hyphens, apostrophes, dots and commas, the
    /// ampersand of a company and brackets.
    fileprivate var standsInNames: Bool {
        properties.isWhitespace || properties.generalCategory == .dashPunctuation
            || "'’‘ʼ`´.,·・&()\"“”„".unicodeScalars.contains(self)
    }

    /// A Latin letter that is spoken as a vowel; of those with signs, all that are no known consonants.
    fileprivate var isVowel: Bool {
        value < 0x80
            ? "aeiouy".unicodeScalars.contains(self)
            : !"çćĉċčďđðñńņňŋßśŝşšșţťțŧþźżžğĝģġĥħĵķĺļľłŀŕŗřŵ".unicodeScalars.contains(self)
    }
}
