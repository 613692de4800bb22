import Rabbit
import Testing

@Suite("The confirm tracker")
struct ConfirmTrackerTests {
    /// A tracker with so many publishes.
    private func tracker(_ count: Int) -> ConfirmTracker {
        var tracker = ConfirmTracker()
        for _ in 0..<count { _ = tracker.published() }
        return tracker
    }

    private let route = ConfirmTracker.Route(exchange: "x", routingKey: "k", messageID: "1")

    @Test("publishes are numbered consecutively from 1, also after all were answered")
    func numbers() {
        var tracker = tracker(2)
        #expect(tracker.last == 2)
        tracker.confirmed(2, multiple: true, positive: true)
        #expect(tracker.outstanding == 0 && tracker.last == 2 && tracker.oldest == nil)
        #expect(tracker.published() == 3)
        #expect(tracker.oldest == 3)
    }

    @Test("answers may come in any order: the oldest unanswered publish decides what is settled")
    func outOfOrder() {
        var tracker = tracker(4)
        tracker.confirmed(3, multiple: false, positive: true)
        tracker.confirmed(2, multiple: false, positive: true)
        #expect(tracker.outstanding == 2 && tracker.oldest == 1)
        #expect(!tracker.isSettled(through: 1))
        tracker.confirmed(1, multiple: false, positive: true)
        #expect(tracker.oldest == 4)
        #expect(tracker.isSettled(through: 3) && !tracker.isSettled(through: 4))
        #expect(tracker.takeProblems(in: 0...4).isEmpty)
    }

    @Test("a multiple answer settles the unanswered publishes up to it, and no later one")
    func multiple() {
        var tracker = tracker(5)
        tracker.confirmed(2, multiple: false, positive: true)
        tracker.confirmed(3, multiple: true, positive: true)
        #expect(tracker.outstanding == 2 && tracker.oldest == 4)
    }

    @Test("a multiple answer to number 0 settles all")
    func multipleZero() {
        var tracker = tracker(3)
        tracker.confirmed(0, multiple: true, positive: true)
        #expect(tracker.outstanding == 0)
    }

    @Test("a multiple nack refuses only publishes that were unanswered")
    func multipleNack() {
        var tracker = tracker(4)
        tracker.confirmed(2, multiple: false, positive: true)
        tracker.confirmed(3, multiple: true, positive: false)
        #expect(tracker.takeProblems(in: 0...4) == [.refused(sequence: 1), .refused(sequence: 3)])
        #expect(tracker.outstanding == 1)
        #expect(tracker.takeProblems(in: 0...4).isEmpty)
    }

    @Test("a returned message is a problem although its answer is positive")
    func returnBeforeAck() {
        var tracker = ConfirmTracker()
        _ = tracker.published()
        let sequence = tracker.published(route)
        tracker.returned(route, code: 312, text: "NO_ROUTE")
        #expect(tracker.outstanding == 2)
        tracker.confirmed(sequence, multiple: true, positive: true)
        #expect(tracker.outstanding == 0)
        #expect(tracker.takeProblems(in: 0...2) == [.returned(sequence: 2, code: 312, text: "NO_ROUTE")])
    }

    @Test("equal returned messages are matched in the order of their publishes")
    func returnsAlike() {
        var tracker = ConfirmTracker()
        for _ in 0..<3 { _ = tracker.published(route) }
        tracker.returned(route, code: 312, text: "")
        tracker.returned(route, code: 312, text: "")
        #expect(tracker.takeProblems(in: 0...3).map(\.sequence) == [1, 2])
    }

    @Test("a returned message that was not published as mandatory is ignored")
    func strayReturn() {
        var tracker = tracker(1)
        tracker.returned(route, code: 312, text: "")
        #expect(tracker.takeProblems(in: 0...1).isEmpty && tracker.outstanding == 1)
    }

    @Test("answers to answered or unknown numbers change nothing")
    func strayAnswers() {
        var tracker = tracker(2)
        tracker.confirmed(1, multiple: false, positive: true)
        tracker.confirmed(1, multiple: false, positive: false)
        tracker.confirmed(1, multiple: true, positive: false)
        tracker.confirmed(9, multiple: true, positive: true)
        #expect(tracker.outstanding == 1 && tracker.oldest == 2)
        #expect(tracker.takeProblems(in: 0...9).isEmpty)
    }

    @Test("problems are taken up to a publish, later ones are kept")
    func problemsByBatch() {
        var tracker = tracker(4)
        tracker.confirmed(4, multiple: false, positive: false)
        tracker.confirmed(2, multiple: false, positive: false)
        #expect(tracker.takeProblems(in: 0...2) == [.refused(sequence: 2)])
        #expect(tracker.takeProblems(in: 0...4) == [.refused(sequence: 4)])
    }

    @Test("ten thousand answers in random order each count once")
    func many() {
        var tracker = tracker(10_000)
        for sequence in (UInt64(1)...10_000).shuffled() {
            tracker.confirmed(sequence, multiple: false, positive: sequence % 100 != 0)
        }
        #expect(tracker.outstanding == 0 && tracker.oldest == nil && tracker.last == 10_000)
        #expect(tracker.takeProblems(in: 0...10_000).map(\.sequence) == (1...100).map { $0 * 100 })
    }
}
