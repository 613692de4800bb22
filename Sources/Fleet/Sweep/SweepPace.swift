/// How fast a lane sweeps next to its messages.
///
/// A result waits in the broker for all that was sent before it, and everyone waits for the processor. So while somebody
/// waits for results, a lane sends few of a sweep's ahead of theirs, and pauses between: a sweep then takes longer.
struct SweepPace {
    private struct Limits {
        /// Records of a sweep in a batch.
        var portion: Int
        /// Records of sweeps in flight.
        var inFlight: Int
        /// After a turn with a sweep's records the lane takes none for so many times as long.
        var pause: Int
    }

    private static let full = Limits(portion: 256, inFlight: 1280, pause: 0)
    private static let nextToMessages = Limits(portion: 32, inFlight: 32, pause: 3)
    /// A batch with messages that somebody waits for slows sweeps down for so long.
    private static let calm = Duration.seconds(10)

    /// How many records are fetched at once.
    static let fetched = full.portion

    /// When a batch last had messages that somebody waits for.
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
    ///   - hasMessages: then a sweep has no more than a source's share of the batch.
    ///   - batch: records in a batch.
    func room(hasMessages: Bool, batch: Int, at time: ContinuousClock.Instant) -> Int {
        let portion = limits(at: time).portion
        return hasMessages ? min(portion, max(1, batch / Portions.share)) : portion
    }

    /// Whether a batch can take any.
    ///
    /// - Parameter inFlight: records of sweeps in batches that are not settled.
    func hasRoom(inFlight: Int, at time: ContinuousClock.Instant) -> Bool {
        inFlight < limits(at: time).inFlight && pause(at: time) == .zero
    }

    /// For how much longer no batch takes any.
    func pause(at time: ContinuousClock.Instant) -> Duration { pausesUntil.map { max(.zero, $0 - time) } ?? .zero }

    /// The present batch has messages that somebody waits for.
    mutating func noteUrgentMessages(at time: ContinuousClock.Instant) { urgent = time }

    /// The present turn has records of a sweep.
    mutating func noteSweepTurn() { isSweepTurn = true }

    mutating func turnEnded(after duration: Duration, at time: ContinuousClock.Instant) {
        guard isSweepTurn else { return }
        (isSweepTurn, pausesUntil) = (false, time + duration * limits(at: time).pause)
    }
}
