/// How many of some records ended well, and what that says of the chance behind it.
public struct Conversion: Equatable, Sendable {
    public var records: Int
    public var positives: Int

    public init(records: Int, positives: Int) { (self.records, self.positives) = (records, positives) }

    /// Nil without records.
    public var rate: Double? { records > 0 ? Double(positives) / Double(records) : nil }

    /// The 95 % interval of the chance behind the rate (Wilson: Probable inference, JASA 1927); 0…1 without records.
    public var interval: ClosedRange<Double> {
        guard let rate else { return 0...1 }
        let (n, z) = (Double(records), 1.959_963_984_540_054)
        let middle = (rate + z * z / (2 * n)) / (1 + z * z / n)
        let reach = z / (1 + z * z / n) * (rate * (1 - rate) / n + z * z / (4 * n * n)).squareRoot()
        return max(0, middle - reach)...min(1, middle + reach)
    }
}
