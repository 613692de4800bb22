import LeadModel

extension Reason {
    /// Whether a person who reads phrase and insight finds a contradiction: the phrase is positive, but the rate is not above
    /// that of all records, or the phrase is negative and the rate is not below it, or there is no rate; and the insight
    /// names no cause, which follows a semicolon.
    public var contradictsItself: Bool {
        // What is known of all records' time in stage is no cause.
        if insight.replacing(/; half of all .* last stage/, with: "").contains("; ") { return false }
        let sign = phrase.hasSuffix("positive") ? 1.0 : phrase.hasSuffix("negative") ? -1 : 0
        guard sign != 0 else { return false }
        guard let rates = insight.firstMatch(of: /, ([0-9.]+) % w(?:as|ere) \w+ \(of all \w+ ([0-9.]+) %\)/),
            let rate = Double(rates.1), let base = Double(rates.2)
        else { return true }
        return sign * (rate - base) <= 0
    }
}
