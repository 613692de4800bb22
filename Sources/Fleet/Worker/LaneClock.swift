import LeadModel

/// The present by Redis's clock, between two readings of it.
struct LaneClock {
    private let reading: Moment
    private let readAt: ContinuousClock.Instant

    init(_ reading: Moment, at time: ContinuousClock.Instant) { (self.reading, readAt) = (reading, time) }

    /// - Parameter offset: seconds that are added, for tests.
    func now(at time: ContinuousClock.Instant, offset: Int64 = 0) -> Moment {
        let elapsed = (time - readAt).components
        return Moment(
            microseconds: reading.microseconds + elapsed.seconds * 1_000_000 + elapsed.attoseconds / 1_000_000_000_000
        ).adding(seconds: offset)
    }
}
