import LeadModel

/// Where a result is published: `<org>.<entity>.<grade>.<from>.<what>`.
public enum ResultKey {
    /// - Parameter words: the last three words.
    public static func text(organization: String, entity: Entity, words: String) -> String {
        "\(organization).\(entity.rawValue).\(words)"
    }

    /// The last three words; nil if it is no such key.
    public static func words(of key: String) -> String? {
        let words = key.split(separator: ".", omittingEmptySubsequences: false)
        return words.count == 5 ? words[2...].joined(separator: ".") : nil
    }
}

extension Transition {
    /// The last three words of the routing key: `<grade>.<from>.<what>`.
    public var words: String {
        let left = from.map { $0 == grade ? "same" : $0.rawValue } ?? "none"
        let what =
            switch self.what {
            case .scored(let trend): trend.rawValue
            case .notice(let kind): kind.word
            }
        return "\(grade?.rawValue ?? "none").\(left).\(what)"
    }
}
