import Intake

/// Says why the outcomes of a file aren't known, and the whole command that would be right.
struct OutcomeRefusalText {
    let text: String

    /// - Parameter arguments: those of this process, with the program's name.
    init(_ refusal: OutcomeRefusal, arguments: [String] = CommandLine.arguments) {
        var text = refusal.description(with: \.flag)
        if let suggestion = refusal.suggestion {
            let command = CommandText(arguments).replacing(
                OutcomeFlags.names, with: OutcomeFlags.arguments(suggestion))
            text += "\n" + Self.introduction(refusal) + "\n  \(command.text)"
        }
        self.text = text
    }

    private static func introduction(_ refusal: OutcomeRefusal) -> String {
        guard let suggestion = refusal.suggestion, case .undecided = refusal.reason else {
            return "If the values mean what they say, this is right:"
        }
        return suggestion.negative.count + suggestion.negativeWhen.count > 0
            ? "If the values mean what they say (all that it does not name are open), this is right:"
            : "If the values mean what they say, this is right:"
    }
}

extension OutcomeFlags {
    static let names: Set<String> = [
        "--outcome", "--positive", "--negative", "--open", "--positive-when", "--negative-when", "--open-when",
    ]
}
