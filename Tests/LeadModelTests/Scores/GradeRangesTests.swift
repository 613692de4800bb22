import LeadModel
import TestKit
import Testing

@Suite("Grade ranges")
struct GradeRangesTests {
    @Test("A's minimum 51 makes B's maximum 50 and changes nothing else")
    func neighbour() throws {
        let ranges = try GradeRanges.standard.setting([.a: 51])
        #expect(ranges.span(of: .a) == 51...100)
        #expect(ranges.span(of: .b) == 50...50)
        #expect(ranges.span(of: .c) == 25...49 && ranges.span(of: .d) == 1...24)
        #expect(try GradeRanges.standard.setting([.c: 10]).span(of: .d) == 1...9)
    }

    @Test("several minimums can be set at once, whatever the old ones were")
    func several() throws {
        #expect(try GradeRanges.standard.setting([.a: 20, .b: 10, .c: 5]) == GradeRanges(a: 20, b: 10, c: 5))
        #expect(try GradeRanges(a: 20, b: 10, c: 5).setting([.a: 90, .b: 80, .c: 70, .d: 1]).a == 90)
    }

    @Test("the highest minimums are A 100, B 99, C 98; the lowest are A 4, B 3, C 2")
    func bounds() throws {
        let high = try GradeRanges.standard.setting([.a: 100, .b: 99, .c: 98])
        #expect(high.span(of: .a) == 100...100 && high.span(of: .d) == 1...97)
        let low = try GradeRanges.standard.setting([.a: 4, .b: 3, .c: 2])
        #expect(low.span(of: .d) == 1...1 && low.span(of: .b) == 3...3)
    }

    @Test(
        "impossible minimums are refused, and the error says which ones are possible",
        arguments: [
            ([.a: 50], "A's minimum 50 is not above B's, which is 50 now: set B too, to at most 49"),
            ([.b: 80], "set A too, to at least 81"), ([.b: 25], "set C too, to at most 24"),
            ([.b: 75], "A's minimum 75 is not above B's, which is 75: set A too, to at least 76"),
            ([.c: 60], "B's minimum 50 is not above C's, which is 60: set B too, to at least 61"),
            ([.a: 30, .b: 40], "minimums must fall from A to C"), ([.a: 101], "A's minimum must be 2 to 100"),
            ([.c: 1], "C's minimum must be 2 to 100, since D begins at 1; not 1"), ([.c: -7], "not -7"),
            ([.d: 2], "D always begins at 1"),
        ] as [([Grade: Int], String)])
    func refused(minimums: [Grade: Int], words: String) throws {
        let refusal = #expect(throws: GradeRanges.Invalid.self) { try GradeRanges.standard.setting(minimums) }
        let text = try #require(refusal).description
        #expect(text.contains(words))
    }

    @Test("no change leaves a gap or an overlap: every score has one grade, and better grades begin higher")
    func property() throws {
        var random = SeededGenerator(seed: 20_261_121)
        var (ranges, done, refused) = (GradeRanges.standard, 0, 0)
        for _ in 0..<20_000 {
            var minimums: [Grade: Int] = [:]
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                minimums[Grade.allCases.randomElement(using: &random)!] = Int.random(in: -2...103, using: &random)
            }
            let former = ranges
            do { ranges = try ranges.setting(minimums) } catch {
                refused += 1
                #expect(ranges == former)
                continue
            }
            done += 1
            for (grade, minimum) in minimums { #expect(ranges.minimum(of: grade) == minimum) }
            for grade in Grade.allCases where minimums[grade] == nil {
                #expect(ranges.minimum(of: grade) == former.minimum(of: grade), "nothing moves that was not named")
            }
            let spans = Grade.allCases.reversed().map(ranges.span(of:))
            #expect(spans.flatMap(Array.init) == Array(1...100))
            for grade in Grade.allCases {
                #expect(ranges.span(of: grade).allSatisfy { ranges.grade(of: $0) == grade })
            }
            #expect(ranges.fault == nil && GradeRanges(text: ranges.text) == ranges)
        }
        #expect(done > 1000 && refused > 1000)
    }

    @Test("ranges are stored as their minimums; any other text is not read")
    func text() {
        #expect(GradeRanges.standard.text == "75 50 25")
        #expect(GradeRanges.standard.words == "A 75–100, B 50–74, C 25–49, D 1–24")
        for bad in ["", "75 50", "75 50 25 1", "50 75 25", "75 50 1", "101 50 25", "75 75 25", "a b c"] {
            #expect(GradeRanges(text: bad) == nil)
        }
    }
}
