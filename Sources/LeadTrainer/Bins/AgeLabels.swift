import LeadModel

/// Ages in the words that people use: "under 3 days", "2 to 5 months". Their edges are whole numbers of such units.
enum AgeLabels {
    /// In days: a month is a twelfth of 365.25 days.
    private static let units: [(days: Double, one: String, many: String)] = [
        (365.25, "year", "years"), (365.25 / 12, "month", "months"), (1, "day", "days"), (1.0 / 24, "hour", "hours"),
        (1.0 / 1440, "minute", "minutes"), (1.0 / 86_400, "second", "seconds"),
    ]

    /// The least whole number of the largest unit above `low` and up to `high`; nil where there is none.
    /// Only a whole number of days or more is taken where it is `high` itself: a second would be somebody's own.
    static func roundest(above low: Double, to high: Double) -> Double? {
        for unit in units {
            let candidate = ((low / unit.days).rounded(.down) + 1) * unit.days
            if candidate > low, candidate < high || (candidate == high && unit.days >= 1) { return candidate }
        }
        return nil
    }

    /// - Parameter edges: rising; a negative age is a date ahead.
    static func label(_ bin: Int, edges: [Double]) -> String {
        guard !edges.isEmpty else { return "any age" }
        if bin == 0 { return edges[0] > 0 ? "under \(text(edges[0]))" : ahead(from: nil, to: -edges[0]) }
        let low = edges[bin - 1]
        guard bin < edges.count else {
            return low > 0 ? "\(text(low)) and more" : low == 0 ? "past" : "under \(text(-low)) ahead, or past"
        }
        let high = edges[bin]
        if low >= 0 { return range(low, high) }
        return high <= 0 ? ahead(from: -low, to: -high) : "\(text(-low)) ahead to \(text(high)) ago"
    }

    /// - Parameters:
    ///   - most: nil: however far.
    private static func ahead(from most: Double?, to least: Double) -> String {
        guard let most else { return least == 0 ? "ahead" : "over \(text(least)) ahead" }
        return least == 0 ? "under \(text(most)) ahead" : "\(range(least, most)) ahead"
    }

    private static func range(_ low: Double, _ high: Double) -> String {
        let (a, b) = (parts(low), parts(high))
        let isOfOneUnit = a.unit == b.unit || (a.unit.hasPrefix(b.unit) || b.unit.hasPrefix(a.unit))
        return isOfOneUnit ? "\(a.number) to \(text(high))" : "\(text(low)) to \(text(high))"
    }

    private static func text(_ days: Double) -> String {
        let parts = parts(days)
        return "\(parts.number) \(parts.unit)"
    }

    /// In the largest unit of which it is a whole number, else in days.
    private static func parts(_ days: Double) -> (number: String, unit: String) {
        for unit in units {
            let count = (days / unit.days).rounded()
            if count >= 1, abs(count * unit.days - days) <= 1e-9 * days {
                return (JSONNumber.shortest(count), count == 1 ? unit.one : unit.many)
            }
        }
        return (JSONNumber.shortest(days), "days")
    }
}
