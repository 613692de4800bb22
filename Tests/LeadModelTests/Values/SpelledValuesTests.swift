import Testing

@testable import LeadModel

@Suite("Numbers, dates, lists and words are read in the spellings of the world")
struct SpelledValuesTests {
    @Test(
        "a number is read with any separator of thousands, currency, sign and scale",
        arguments: [
            ("1,234", 1234), ("1,234.50", 1234.5), ("1.234,50", 1234.5), ("1 234,50", 1234.5), ("1\u{A0}234", 1234),
            ("1\u{202F}234,5", 1234.5), ("1'234.50", 1234.5), ("1’234", 1234), ("12,34,567.89", 1_234_567.89),
            ("1.234.567", 1_234_567), ("1,234,567", 1_234_567), ("12,5", 12.5), ("0,123", 0.123), (".5", 0.5),
            (",5", 0.5),
            ("$1,234", 1234), ("-$1,234.00", -1234), ("$-5", -5), ("($1,234.00)", -1234), ("(99)", -99), ("99-", -99),
            ("−7", -7), ("+5", 5), ("1.234,56 EUR", 1234.56), ("EUR 1,234.56", 1234.56), ("€ 12", 12), ("12€", 12),
            ("R$ 1.234,56", 1234.56), ("12 kr.", 12), ("1 500 zł", 1500), ("3 Kč", 3), ("45 %", 45), ("45,5%", 45.5),
            ("%45", 45), ("12K", 12_000), ("1.5M", 1_500_000), ("2.3 bn", 2_300_000_000), ("€1.2m", 1_200_000),
            ("1,5 Mio. €", 1_500_000), ("$2.5k", 2500), ("1,5E+05", 150_000), ("263,800", 263_800),
        ] as [(String, Double)])
    func numbers(text: String, number: Double) { #expect(SpelledNumber(text)?.number == number) }

    @Test(
        "codes, ranges, telephone numbers, dates, versions and words are no numbers",
        arguments: [
            "007", "00123", "10-50", "50+", "+49301234567", "2026-02-11", "11.02.2026", "1.2.3", "1,23,4", "12 34",
            "5 m",
            "abc", "", "-", "$", "1,2345,678", "1..2", "1,234,56", "A12", "12A", "(5", "5)", "--5", "1e999", "5 of 7",
        ])
    func noNumbers(text: String) { #expect(SpelledNumber(text) == nil) }

    @Test("a sign before three digits is undecided, and the column's sign decides it")
    func undecided() {
        #expect(SpelledNumber("1.234")?.evidence == .undecided(.point))
        #expect(SpelledNumber("1,234")?.evidence == .undecided(.comma))
        #expect(SpelledNumber("1.234")?.number == 1.234)
        #expect(SpelledNumber("1.234", decimal: .comma)?.number == 1234)
        #expect(SpelledNumber("1,234", decimal: .comma)?.number == 1.234)
        #expect(SpelledNumber("0.234")?.evidence == .decimal(.point))
        #expect(["1.234", "12.345", "-1.500"].allSatisfy { SpelledNumber.isUndecided(json: $0) })
        #expect(!["0.234", "1234.567", "1.23", "12"].contains { SpelledNumber.isUndecided(json: $0) })
    }

    private static let moment = Moment(rfc3339: "2026-02-11T20:47:00Z")!

    @Test(
        "a moment is read in any spelling",
        arguments: [
            "2026-02-11T20:47:00", "2026-02-11 20:47:00", "2026-02-11 20:47", "2026-02-11T20:47",
            "2026-02-11T20:47:00Z",
            "2026-02-11T20:47:00.000+0000", "2026-02-11T21:47:00+01:00", "2026-02-11T21:47:00+01",
            "2026-02-11 20:47:00 UTC",
            "2026-02-11 20:47:00 +0000", "2026-02-11 20:47:00.000000", "2026/02/11 20:47", "2026.02.11 20:47:00",
            "02/11/2026 08:47 PM", "2/11/2026, 8:47:00 PM", "02/11/2026 8:47 p.m.", "20260211204700",
            "20260211T204700Z",
            "20260211T2047", "Feb 11, 2026 8:47 PM", "February 11, 2026 at 8:47 PM", "11 Feb 2026 20:47",
            "11-Feb-26 20:47",
            "11. Februar 2026 20:47", "11 de fev de 2026 20:47", "Wed, 11 Feb 2026 20:47:00 +0000",
            "Wed Feb 11 2026 20:47:00 GMT+0000 (Coordinated Universal Time)", "11.02.2026 20:47", "11.02.26 20:47",
        ])
    func dates(text: String) {
        #expect(SpelledMoment(text, order: .monthDay)?.moment == Self.moment)
    }

    @Test("the day alone is its midnight, and the order of day and month is taken from the text or the column")
    func days() {
        let day = Moment(rfc3339: "2026-04-03T00:00:00Z")
        #expect(SpelledMoment("03/04/2026")?.evidence == .undecided)
        #expect(SpelledMoment("03/04/2026", order: .dayMonth)?.moment == day)
        #expect(SpelledMoment("04-03-2026", order: .monthDay)?.moment == day)
        #expect(SpelledMoment("13/04/2026")?.evidence == .order(.dayMonth))
        #expect(SpelledMoment("04/13/2026")?.evidence == .order(.monthDay))
        #expect(SpelledMoment("03.04.2026")?.moment == day)
        #expect(SpelledMoment("03.04.2026")?.evidence == SpelledMoment.Evidence.none)
    }

    @Test(
        "what is no date is none",
        arguments: [
            "", "soon", "2026", "2026-02-30", "31/02/2026", "13/13/2026", "2026-02-11 25:00", "11 Foo 2026", "12:30",
            "2026-02-11 20:47 XYZ", "1/2", "A 11 Feb 2026", "2026-02-11T20:47:00+99:00", "192.168.1.1", "13:00 PM",
        ])
    func noDates(text: String) { #expect(SpelledMoment(text) == nil) }

    @Test("a number says by its size which form of a date it is")
    func numbered() {
        let seconds = Double(Self.moment.microseconds) / 1e6
        for number in [seconds, seconds * 1e3, seconds * 1e6, 20_260_211_204_700, seconds / 86_400 + 25_569] {
            #expect(Moment(numbered: number) == Self.moment)
        }
        #expect(Moment(numbered: 20_260_211)?.dayText == "2026-02-11")
        for number in [0, 5, 19_999, 100_000, 20_261_301, -1, 1e300] { #expect(Moment(numbered: number) == nil) }
    }

    @Test("a JSON array in a text is a list")
    func arrays() {
        #expect(
            ListText.jsonArray(#"["Health", "A \"b\" \u00e9", 4, null, true]"#) == ["Health", "A \"b\" é", "4", "true"])
        #expect(ListText.jsonArray("[]") == [])
        for text in ["[", "[a]", "[1,]", "[[1]]", "x", #"["a" "b"]"#] {
            #expect(ListText.jsonArray(text) == nil, "\(text)")
        }
    }

    @Test("null words and boolean words are known in any case")
    func words() {
        #expect(
            ["NULL", " n/a ", "\\N", "-", "NaN", "None", "(none)", "#N/A", "undefined", "--"].allSatisfy(
                NullWord.contains))
        #expect(!["", "no", "nothing", "0", "nil"].contains(where: NullWord.contains))
        #expect(["1", "true", "yes", "y", "t"].allSatisfy { BooleanWord.sense(ofCategory: $0) == true })
        #expect(BooleanWord.areBooleans(["1", "0"]) && BooleanWord.areBooleans(["true"]))
        #expect(!BooleanWord.areBooleans(["y"]) && !BooleanWord.areBooleans(["yes", "no", "maybe"]))
    }

    @Test("text in decomposed Unicode is composed, other text is left as it is")
    func composed() {
        #expect(Array("U\u{308}bernommen".composed.utf8) == Array("Übernommen".utf8))
        #expect(Array("か\u{3099}".composed.utf8) == Array("が".utf8))
        #expect(Array("日本 ü ascii".composed.utf8) == Array("日本 ü ascii".utf8))
    }
}
