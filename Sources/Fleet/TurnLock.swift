import Synchronization

/// Lets the turns of a worker's lanes go on side by side, or one alone with nothing else in hand in the whole process.
/// Nobody waits in it: a lane keeps its connections alive while it asks again.
final class TurnLock: Sendable {
    private struct State {
        var turning = 0
        var isOneAlone = false
        /// Lanes that ask to be alone: nobody begins beside them meanwhile.
        var asking = 0
    }

    private let state = Mutex(State())

    /// Does one turn when it may, calling `wait` again and again until then.
    func turn<Answer>(alone: Bool, waiting wait: () throws -> Void, work: () throws -> Answer) throws -> Answer {
        if alone { state.withLock { $0.asking += 1 } }
        defer { if alone { state.withLock { $0.asking -= 1 } } }
        while !begin(alone: alone) { try wait() }
        defer { end() }
        return try work()
    }

    private func begin(alone: Bool) -> Bool {
        state.withLock { state in
            guard !state.isOneAlone, alone ? state.turning == 0 : state.asking == 0 else { return false }
            state.turning += 1
            state.isOneAlone = alone
            return true
        }
    }

    private func end() {
        state.withLock { state in
            state.turning -= 1
            state.isOneAlone = false
        }
    }
}
