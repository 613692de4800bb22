import LeadModel
import Testing

@Suite("Trend")
struct TrendTests {
    @Test("a score that rose is improving")
    func improving() { #expect(Trend(from: 45, to: 65) == .improving) }

    @Test("a score that fell is declining, as 65 to 45 is")
    func declining() { #expect(Trend(from: 65, to: 45) == .declining) }

    @Test("a score that hardly moved, or not at all, is steady")
    func steady() {
        #expect(Trend(from: 50, to: 51) == .steady)
        #expect(Trend(from: 50, to: 50) == .steady)
    }

    @Test("a record's first score has no trend yet")
    func unknown() { #expect(Trend(from: nil, to: 99) == .unknown) }

    @Test("exactly the dead band is steady, one point more is not", arguments: [0, 1, 2, 5, 40])
    func deadBand(points: Int) {
        #expect(Trend(from: 50, to: 50 + points, deadBand: points) == .steady)
        #expect(Trend(from: 50, to: 50 - points, deadBand: points) == .steady)
        #expect(Trend(from: 50, to: 51 + points, deadBand: points) == .improving)
        #expect(Trend(from: 50, to: 49 - points, deadBand: points) == .declining)
        #expect(Trend(from: nil, to: 50, deadBand: points) == .unknown)
    }

    @Test("the default dead band is two points")
    func standardDeadBand() {
        #expect(Trend(from: 50, to: 52) == .steady && Trend(from: 50, to: 53) == .improving)
        #expect(Trend(from: 50, to: 48) == .steady && Trend(from: 50, to: 47) == .declining)
    }

    @Test("a scoring keeps the trend that its dead band gave at the time")
    func kept() {
        func scoring(deadBand: Int) -> Scoring {
            Scoring(
                revision: 1, model: .init(name: "m", version: 1), evidence: .init(bins: []), probability: 0.45,
                grade: .c, previousScore: 65, previousGrade: .b, trigger: .sweep, at: .init(milliseconds: 1),
                deadBand: deadBand)
        }
        #expect(scoring(deadBand: 2).trend == .declining && scoring(deadBand: 19).trend == .declining)
        #expect(scoring(deadBand: 20).trend == .steady)
    }
}
