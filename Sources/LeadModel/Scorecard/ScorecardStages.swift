extension Scorecard {
    /// What a scorecard knows of its entity's stages besides the points of the attribute `stage`.
    public struct Stages: Equatable, Codable, Sendable {
        /// From the first to the last, as they were given or as their leading numbers say; empty: they have no order.
        public var order: [String]
        /// Stages that records enter only by being closed. Each counts as missing, and so does `stageSince` of a
        /// record in one. They reveal the outcome, so nothing was learned from them.
        public var closing: [String]
        /// The number of days after entering their last stage within which half of the positives closed; nil if fewer
        /// than five have the dates.
        public var medianDays: Double?

        public init(order: [String] = [], closing: [String] = [], medianDays: Double? = nil) {
            (self.order, self.closing, self.medianDays) = (order, closing, medianDays)
        }

        var isEmpty: Bool { self == Stages() }
    }
}
