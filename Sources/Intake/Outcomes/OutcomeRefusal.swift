import LeadModel

/// Why a rule of outcomes does not fit a file, with the values that the file has.
public struct OutcomeRefusal: Error {
    public enum Reason: Sendable {
        /// No record has these values.
        case absent([(option: FileOption, value: String)])
        /// The column has more than two values, and only the positive ones are named.
        case undecided
        /// Negative and open values are named, but not these.
        case unnamed([OutcomeValue])
    }

    public let file: String
    public let column: String
    /// The most frequent first.
    public let values: [OutcomeValue]
    public let reason: Reason
    /// A rule that fits the values, as far as their words say; nil if they don't.
    public let suggestion: OutcomeRule?

    /// - Parameter name: the front end's name for an option, such as a flag.
    public func description(with name: (FileOption) -> String?) -> String {
        var text: String
        switch reason {
        case .absent(let absent):
            let named = absent.map { option, value in
                [name(option), value.quotedIfBlank].compactMap(\.self).joined(separator: " ")
            }
            text = "no row has the value of \(named.joined(separator: " or of ")) in \(column)"
            let near = absent.compactMap { OutcomeGuess.near($0.value, in: values.map(\.text)) }
            let guess = absent.contains { $0.option.outcome == .positive } ? suggestion?.positive.first : nil
            if let near = near.first ?? guess { text += ". Did you mean \(near)?" }
        case .undecided:
            let names = [FileOption.negative, .open].compactMap(name).joined(separator: " or ")
            text =
                "\(column) has \(values.count.grouped) values: say which of them are negative, or which are open "
                + "(\(names))"
        case .unnamed(let unnamed):
            text = "\(column): these values are named neither negative nor open: \(unnamed.listed(most: 20))"
        }
        let separator = text.last == "?" ? " " : ". "
        return "\(file): \(text)\(separator)Its values: \(values.listed(most: 30))"
    }
}

extension String {
    /// In quotes if it is empty or has blanks at an end.
    fileprivate var quotedIfBlank: String { isEmpty || trimmed != self ? debugDescription : self }
}
