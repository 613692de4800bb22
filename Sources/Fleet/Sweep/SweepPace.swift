/// How fast a lane sweeps next to its messages.
///
/// A result waits in the broker behind all results that were sent before it, and sweeps compete with messages for the
/// processor. So while urgent messages (created or updated, not imported) arrive, a lane takes few records of a sweep
/// at a time and pauses in between. The sweep then takes longer.
struct SweepPace {
    private struct Limits {
        /// Records of a sweep in a batch.
        var portion: Int
        /// Records of sweeps in flight.
        var inFlight: Int
        /// After a turn with records of a sweep, the lane takes none for this many times the turn's duration.
        var pause: Int
    }

    private static let full = Limits(portion: 256, inFlight: 1280, pause: 0)
    private static let nextToMessages = Limits(portion: 32, inFlight: 32, pause: 3)
    /// How long a batch with urgent messages slows sweeps down.
    private static let calm = Duration.seconds(10)

    /// How many records are fetched at once.
    static let fetched = full.portion

    /// When a batch last had urgent messages.
    private var urgent: ContinuousClock.Instant?
    private var isSweepTurn = false
    private var pausesUntil: ContinuousClock.Instant?

    private func limits(at time: ContinuousClock.Instant) -> Limits {
        guard let urgent, time - urgent < Self.calm else { return Self.full }
        return Self.nextToMessages
    }

    /// How many records of a sweep a batch can take.
    ///
    /// - Parameters:
    ///   - hasMessages: whether the batch has messages: then a sweep gets at most one source's minimum share of it.
    ///   - batch: records in a batch.
    func room(hasMessages: Bool, batch: Int, at time: ContinuousClock.Instant) -> Int {
        let portion = limits(at: time).portion
        return hasMessages ? min(portion, max(1, batch / Portions.share)) : portion
    }

    /// Whether a batch can take any records of a sweep.
    ///
    /// - Parameter inFlight: records of sweeps in batches that are not settled.
    func hasRoom(inFlight: Int, at time: ContinuousClock.Instant) -> Bool {
        inFlight < limits(at: time).inFlight && pause(at: time) == .zero
    }

    /// How much longer batches take no records of a sweep.
    func pause(at time: ContinuousClock.Instant) -> Duration { pausesUntil.map { max(.zero, $0 - time) } ?? .zero }

    /// The current batch has urgent messages.
    mutating func noteUrgentMessages(at time: ContinuousClock.Instant) { urgent = time }

    /// The current turn has records of a sweep.
    mutating func noteSweepTurn() { isSweepTurn = true }

    mutating func turnEnded(after duration: Duration, at time: ContinuousClock.Instant) {
        guard isSweepTurn else { return }
        (isSweepTurn, pausesUntil) = (false, time + duration * limits(at: time).pause)
    }
}
