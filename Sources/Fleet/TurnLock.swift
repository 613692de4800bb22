import Synchronization

/// Lets the turns of a worker's lanes go on side by side, or one alone with nothing else in hand in the whole process.
/// Nobody waits in it: a lane keeps its connections alive while it asks again.
final class TurnLock: Sendable {
    private struct State {
        var turning = 0
        var isOneAlone = false
        /// Lanes that ask to be alone: nobody begins beside them meanwhile.
        var asking = 0
        /// Lanes that ask for a turn beside others.
        var waiting = 0
        /// One was alone, and those who waited for its end have their turns before the next is.
        var areOthersFirst = false

        mutating func ask(alone: Bool, _ difference: Int) {
            if alone { asking += difference } else { waiting += difference }
            if waiting == 0 { areOthersFirst = false }
        }
    }

    private let state = Mutex(State())

    /// Does one turn when it may, calling `wait` again and again until then.
    func turn<Answer>(alone: Bool, waiting wait: () throws -> Void, work: () throws -> Answer) throws -> Answer {
        state.withLock { $0.ask(alone: alone, 1) }
        do {
            while !begin(alone: alone) { try wait() }
        } catch {
            state.withLock { $0.ask(alone: alone, -1) }
            throw error
        }
        defer { end() }
        return try work()
    }

    private func begin(alone: Bool) -> Bool {
        state.withLock { state in
            guard !state.isOneAlone,
                alone ? state.turning == 0 && !state.areOthersFirst : state.asking == 0 || state.areOthersFirst
            else { return false }
            state.ask(alone: alone, -1)
            state.turning += 1
            state.isOneAlone = alone
            return true
        }
    }

    private func end() {
        state.withLock { state in
            if state.isOneAlone { state.areOthersFirst = state.waiting > 0 }
            state.turning -= 1
            state.isOneAlone = false
        }
    }
}
