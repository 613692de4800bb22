import Testing

@testable import Fleet

@Suite("The pace of a sweep")
struct SweepPaceTests {
    private let start = ContinuousClock.now

    @Test("is full while no real-time result is awaited, and slow for ten seconds after one was")
    func urgent() {
        var pace = SweepPace()
        #expect(pace.room(hasMessages: false, batch: 256, at: start) == 256)
        #expect(pace.hasRoom(inFlight: 1279, at: start) && !pace.hasRoom(inFlight: 1280, at: start))
        pace.noteUrgentMessages(at: start)
        let soon = start + .seconds(9)
        #expect(pace.room(hasMessages: false, batch: 256, at: soon) == 32)
        #expect(pace.hasRoom(inFlight: 31, at: soon) && !pace.hasRoom(inFlight: 32, at: soon))
        #expect(pace.room(hasMessages: false, batch: 256, at: start + .seconds(10)) == 256)
    }

    @Test("a batch with messages has room for a source's share")
    func share() {
        let pace = SweepPace()
        #expect(pace.room(hasMessages: true, batch: 64, at: start) == 8)
        #expect(pace.room(hasMessages: true, batch: 1, at: start) == 1)
    }

    @Test("if messages arrive, each sweep turn is followed by a pause of three times its length; otherwise by none")
    func pause() {
        var pace = SweepPace()
        pace.noteSweepTurn()
        pace.turnEnded(after: .milliseconds(10), at: start)
        #expect(pace.pause(at: start) == .zero)
        pace.noteUrgentMessages(at: start)
        pace.turnEnded(after: .milliseconds(10), at: start)
        #expect(pace.pause(at: start) == .zero, "it had none of a sweep's records")
        pace.noteSweepTurn()
        pace.turnEnded(after: .milliseconds(10), at: start)
        #expect(pace.pause(at: start) == .milliseconds(30) && !pace.hasRoom(inFlight: 0, at: start))
        #expect(pace.hasRoom(inFlight: 0, at: start + .milliseconds(30)))
    }
}
