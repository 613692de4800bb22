/// Whether a text could be a telephone number.
enum PlausiblePhone {
    /// 7 to 15 digits (E.164 allows no more), grouped by the usual signs, that are not all the same and do not count up
    /// or down; what follows "ext", "x" or "#" is an extension.
    static func isOne(_ text: String) -> Bool {
        var digits: [Int] = []
        for scalar in text.trimmed.lowercased().unicodeScalars {
            if let digit = scalar.properties.numericType == .decimal ? scalar.properties.numericValue : nil {
                digits.append(Int(digit))
            } else if "ex#;".unicodeScalars.contains(scalar), !digits.isEmpty {
                break
            } else if !scalar.properties.isWhitespace, scalar.properties.generalCategory != .dashPunctuation,
                scalar.properties.generalCategory != .format, !"+()./".unicodeScalars.contains(scalar)
            {
                return false
            }
        }
        guard (7...15).contains(digits.count) else { return false }
        let steps = Set(zip(digits, digits.dropFirst()).map { ($1 - $0 + 10) % 10 })
        return !(steps.count == 1 && [0, 1, 9].contains(steps.first))
    }
}
