import Synchronization

/// Lets the lanes of a worker run turns in parallel, or one lane run an isolated turn while no other turn runs in the
/// process. It never blocks the thread: a waiting lane polls, and keeps its connections alive meanwhile.
///
/// Isolated turns have a budget: while others wait, they take a tenth of the time.
final class TurnLock: Sendable {
    private struct State {
        var running = 0
        var isOneIsolated = false
        /// Lanes that wait for an isolated turn. Meanwhile no other turn begins.
        var waitingForIsolated = 0
        /// Lanes that wait for a turn in parallel with others.
        var waitingForParallel = 0
        /// When the isolated turn began that runs now.
        var began = ContinuousClock.now
        /// Before this time the others are first.
        var nextIsolated = ContinuousClock.now

        var areOthersFirst: Bool { .now < nextIsolated }

        mutating func wait(isolated: Bool, _ difference: Int) {
            if isolated { waitingForIsolated += difference } else { waitingForParallel += difference }
        }
    }

    private let state = Mutex(State())

    /// Runs one turn as soon as it may begin, and calls `wait` again and again until then.
    func turn<Answer>(isolated: Bool, waiting wait: () throws -> Void, work: () throws -> Answer) throws -> Answer {
        state.withLock { $0.wait(isolated: isolated, 1) }
        do {
            while !begin(isolated: isolated) { try wait() }
        } catch {
            state.withLock { $0.wait(isolated: isolated, -1) }
            throw error
        }
        defer { end() }
        return try work()
    }

    /// Whether isolated turns have not used up their budget.
    var isIsolationAffordable: Bool { state.withLock { !$0.areOthersFirst } }

    private func begin(isolated: Bool) -> Bool {
        state.withLock { state in
            guard !state.isOneIsolated,
                isolated
                    ? state.running == 0 && (state.waitingForParallel == 0 || !state.areOthersFirst)
                    : state.waitingForIsolated == 0 || state.areOthersFirst
            else { return false }
            state.wait(isolated: isolated, -1)
            state.running += 1
            state.isOneIsolated = isolated
            if isolated { state.began = .now }
            return true
        }
    }

    private func end() {
        state.withLock { state in
            if state.isOneIsolated { state.nextIsolated = .now + (ContinuousClock.now - state.began) * 9 }
            state.running -= 1
            state.isOneIsolated = false
        }
    }
}
