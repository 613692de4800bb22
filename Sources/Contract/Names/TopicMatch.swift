extension Names.Binding {
    /// Whether a message with this routing key comes by this binding: `*` stands for one word, `#` for any number.
    public func takes(_ routingKey: String) -> Bool {
        guard exchange.kind == .topic else { return true }
        func words(_ text: String) -> ArraySlice<Substring> {
            text.split(separator: ".", omittingEmptySubsequences: false)[...]
        }
        return Self.matches(words(key), words(routingKey))
    }

    private static func matches(_ pattern: ArraySlice<Substring>, _ words: ArraySlice<Substring>) -> Bool {
        guard let first = pattern.first else { return words.isEmpty }
        let rest = pattern.dropFirst()
        if first == "#" { return matches(rest, words) || (!words.isEmpty && matches(pattern, words.dropFirst())) }
        guard let word = words.first, first == "*" || first == word else { return false }
        return matches(rest, words.dropFirst())
    }
}

extension Names.Exchange {
    /// Whether some queue of ours takes this routing key, without the alternate exchange.
    public func hasQueue(for routingKey: String) -> Bool {
        Names.bindings.contains { $0.exchange == self && $0.takes(routingKey) }
    }
}
