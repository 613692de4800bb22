extension Scorecard {
    /// What a scorecard knows of its entity's stages besides the points of the attribute `stage`.
    public struct Stages: Equatable, Codable, Sendable {
        /// From the first to the last, as they were given or as their leading numbers say; empty: they have no order.
        public var order: [String]
        /// Stages in which records are only because they were closed. Each counts as missing, and so does `stageSince` of
        /// a record in one: they tell the outcome, so nothing was learnt from them.
        public var closing: [String]
        /// Half of the records that ended well did so within so many days of entering their last stage; nil where
        /// fewer than five tell.
        public var medianDays: Double?

        public init(order: [String] = [], closing: [String] = [], medianDays: Double? = nil) {
            (self.order, self.closing, self.medianDays) = (order, closing, medianDays)
        }

        var isEmpty: Bool { self == Stages() }
    }
}
