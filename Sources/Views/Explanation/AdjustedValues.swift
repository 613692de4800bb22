import LeadModel

/// Which of a record's values were cut or dropped, since they did not fit the contract.
public struct AdjustedValues: Encodable, Equatable, Sendable, CustomStringConvertible {
    /// Names of attributes; `name`, `owner`, `process` and `stage` for fields. At most 20 of each are listed.
    public let cut, dropped: [String]
    /// How many more there are.
    public let others: Int
    public let description: String

    init(_ adjustments: Adjustments) {
        (cut, dropped, others) = (adjustments.cut, adjustments.dropped, adjustments.others)
        description = "\(adjustments)"
    }

    private enum CodingKeys: CodingKey { case cut, dropped, others }
}
