import Intake
import LeadModel
import Testing

@Suite("Outcomes as a CRM has them")
struct OutcomeRuleTests {
    private func rule(_ change: (inout OutcomeRule) -> Void) -> OutcomeRule {
        var rule = OutcomeRule()
        change(&rule)
        return rule
    }

    /// The outcomes of the rows of a file, once the rule was found to fit it.
    private func outcomes(_ text: String, _ rule: OutcomeRule) throws -> [FileRecord.Outcome] {
        let file = try FixtureFile(text)
        _ = try FileSurvey(file.open { $0.outcomes = rule }, for: .training)
        return try file.records { $0.outcomes = rule }.map(\.outcome)
    }

    private func refusal(_ text: String, _ rule: OutcomeRule) throws -> OutcomeRefusal {
        let file = try FixtureFile(text)
        let opened = try file.open { $0.outcomes = rule }
        return try #require(throws: OutcomeRefusal.self) { try FileSurvey(opened, for: .training) }
    }

    private let stages = "id,Stage\n1,Closed Won\n2,Closed Lost\n3,Qualification\n4,Proposal\n5,Closed Lost\n6,\n"

    @Test("with negative values named, all others are open; with open ones named, all others are negative")
    func named() throws {
        let negatives = rule { ($0.column, $0.positive, $0.negative) = ("Stage", ["closed won"], ["Closed Lost"]) }
        #expect(try outcomes(stages, negatives) == [.positive, .negative, .open, .open, .negative, .open])
        let open = rule {
            ($0.column, $0.positive, $0.open) = ("Stage", ["Closed Won"], ["Qualification", "Proposal"])
        }
        #expect(try outcomes(stages, open) == [.positive, .negative, .open, .open, .negative, .open])
        let several = rule {
            ($0.column, $0.positive, $0.negative) = ("Stage", ["Closed Won", "Proposal"], ["Closed Lost"])
        }
        #expect(try outcomes(stages, several) == [.positive, .negative, .open, .positive, .negative, .open])
    }

    @Test("of two values only the positive one is needed, and empty cells are open unless they are named negative")
    func twoValues() throws {
        let text = "id,Won\n1,Y\n2,N\n3,\n4,y\n"
        #expect(
            try outcomes(text, OutcomeRule(column: "Won", positive: ["Y"])) == [.positive, .negative, .open, .positive])
        let empty = rule { ($0.column, $0.positive, $0.negative) = ("Won", ["Y"], ["N", ""]) }
        #expect(try outcomes(text, empty) == [.positive, .negative, .negative, .positive])
    }

    @Test("more than two values without a word on which are negative or open are refused, with a rule that is right")
    func undecided() throws {
        let refusal = try refusal(stages, OutcomeRule(column: "Stage", positive: ["Closed Won"]))
        #expect(refusal.values.map(\.text) == ["Closed Lost", "Closed Won", "Proposal", "Qualification"])
        #expect(refusal.values.map(\.count) == [2, 1, 1, 1])
        let right = rule { ($0.column, $0.positive, $0.negative) = ("Stage", ["Closed Won"], ["Closed Lost"]) }
        #expect(refusal.suggestion == right)
        #expect(try outcomes(stages, right).count { $0 == .open } == 3)
    }

    @Test("a named value that no row has is refused, whatever names it, with the values that exist")
    func absent() throws {
        let text = "id,Won\n1,Y\n2,N\n3,N\n"
        let wrong = try refusal(text, OutcomeRule(column: "Won", positive: ["Yes"]))
        #expect(wrong.suggestion == OutcomeRule(column: "Won", positive: ["Y"]))
        let words = wrong.description { "\($0)" }
        #expect(words.contains("no row has the value of positive Yes in Won. Did you mean Y? Its values: N (2), Y (1)"))
        for change in [\OutcomeRule.negative, \OutcomeRule.open] {
            let rule = rule {
                ($0.column, $0.positive) = ("Won", ["Y"])
                $0[keyPath: change] = ["Dead"]
            }
            #expect(try refusal(text, rule).column == "Won")
        }
        let when = rule { $0.positiveWhen = [.init(column: "Won", value: "W")] }
        #expect(try refusal(text, when).suggestion?.positiveWhen == [.init(column: "Won", value: "Y")])
        #expect(try outcomes("id,Won\n1,\n2,\n", OutcomeRule(column: "Won", positive: ["Y"])) == [.open, .open])
    }

    @Test("an import of a part of the records may lack a named value, if the others mean what they count as")
    func parts() throws {
        func importing(_ text: String, _ rule: OutcomeRule) throws {
            let file = try FixtureFile(text)
            _ = try FileSurvey(file.open { ($0.id, $0.outcomes) = ("id", rule) }, for: .importing)
        }
        let won = OutcomeRule(column: "Won", positive: ["1"])
        try importing("id,Won\n1,0\n2,0\n", won)
        let stages = rule { ($0.column, $0.positive, $0.negative) = ("Won", ["Won"], ["Lost"]) }
        try importing("id,Won\n1,Won\n2,Open\n", stages)
        #expect(throws: OutcomeRefusal.self) { try importing("id,Won\n1,N\n2,Y\n", won) }
        #expect(throws: OutcomeRefusal.self) { try importing("id,Won\n1,Lost\n2,Gained\n", stages) }
        let refusal = try refusal("id,Won\n1,0\n2,0\n", won)
        #expect(refusal.suggestion == nil && !refusal.description { _ in nil }.contains("Did you mean"))
    }

    @Test("where negative and open values are named, a value that is neither is refused")
    func unnamed() throws {
        let rule = rule {
            ($0.column, $0.positive, $0.negative, $0.open) = ("Stage", ["Closed Won"], ["Closed Lost"], ["Proposal"])
        }
        let refusal = try refusal(stages, rule)
        #expect(refusal.description { _ in nil }.contains("neither negative nor open: Qualification (1)"))
        #expect(refusal.suggestion?.open == ["Proposal", "Qualification"])
    }

    @Test("two columns tell the outcome: IsClosed and IsWon, with conditions alone or next to a column")
    func twoColumns() throws {
        let text = "id,IsClosed,IsWon\n1,true,true\n2,true,false\n3,false,false\n4,FALSE,\n5,,\n"
        let expected: [FileRecord.Outcome] = [.positive, .negative, .open, .open, .open]
        let (won, closed) = (
            OutcomeRule.Condition(column: "IsWon", value: "True"),
            OutcomeRule.Condition(column: "IsClosed", value: "true")
        )
        let open = OutcomeRule.Condition(column: "IsClosed", value: "false")
        #expect(try outcomes(text, rule { ($0.positiveWhen, $0.negativeWhen) = ([won], [closed]) }) == expected)
        #expect(try outcomes(text, rule { ($0.positiveWhen, $0.openWhen) = ([won], [open]) }) == expected)
        let mixed = rule { ($0.column, $0.positive, $0.openWhen) = ("IsWon", ["true"], [open]) }
        #expect(try outcomes(text, mixed) == expected)
        let records = try FixtureFile(text).records { $0.outcomes = mixed }
        #expect(records.allSatisfy { $0.attributes.map(\.name) == ["id"] }, "what tells the outcome is no attribute")
    }

    @Test("a number code is compared as a number: Dynamics' statecode")
    func codes() throws {
        let text = "id,statecode\n1,1\n2,2\n3,0\n4,1.0\n"
        let rule = rule { ($0.column, $0.positive, $0.negative) = ("statecode", ["1"], ["2"]) }
        #expect(try outcomes(text, rule) == [.positive, .negative, .open, .positive])
    }

    @Test("one column can be stage and outcome: open records keep the stage, of closed ones it is not read")
    func stageAndOutcome() throws {
        let records = try FixtureFile(stages).records {
            $0.outcomes.column = "Stage"
            ($0.outcomes.positive, $0.outcomes.negative, $0.stage) = (["Closed Won"], ["Closed Lost"], "Stage")
        }
        #expect(records.map(\.stageValue) == [nil, nil, .text("Qualification"), .text("Proposal"), nil, nil])
        #expect(records[0].stage == "Closed Won")
        #expect(records[0].values.map(\.name) == ["id"] && records[2].values.map(\.name) == ["id", "stage"])
    }

    @Test("values that are spelled nearly like a named one, but mean something else, are pointed out")
    func nearSpellings() throws {
        let text = "id,Stage\n1,Closed Won\n2,Closed-Won\n3,closed lost\n4,New\n"
        let rule = rule { ($0.column, $0.positive, $0.negative) = ("Stage", ["Closed Won"], ["Closed Lost"]) }
        let file = try FixtureFile(text)
        let survey = try FileSurvey(file.open { $0.outcomes = rule }, for: .training)
        let notes = survey.outcomes.notes(.opportunity)
        #expect(
            notes == [
                "Stage: Closed-Won (1) is spelled nearly like Closed Won, but counts as open",
                "Stage: values that no flag names count as open: Closed-Won (1), New (1)",
            ])
        let undecided = try refusal(text, OutcomeRule(column: "Stage", positive: ["Closed Won"]))
        #expect(undecided.suggestion?.positive == ["Closed Won", "Closed-Won"])
    }

    @Test(
        "what values mean is guessed by their words, in several languages",
        arguments: [
            (["Won", "Lost", "Open"], ["Won"], ["Lost"]), (["Ganho", "Perdido", "Aberto"], ["Ganho"], ["Perdido"]),
            (["Gewonnen", "Verloren", "Offen"], ["Gewonnen"], ["Verloren"]),
            (["Сделка успешна", "Сделка провалена", "Новая"], ["Сделка успешна"], ["Сделка провалена"]),
            (["Converted", "Dead", "In Process", "Recycled"], ["Converted"], ["Dead"]),
            (
                ["Closed - Converted", "Closed - Not Converted", "Open - Not Contacted"], ["Closed - Converted"],
                ["Closed - Not Converted"]
            ),
            (["Qualified", "Disqualified", "New"], ["Qualified"], ["Disqualified"]), (["1", "0"], ["1"], ["0"]),
        ])
    func guesses(values: [String], positive: [String], negative: [String]) {
        let guess = OutcomeGuess(values: values.map { OutcomeValue(text: $0, count: 1) })
        #expect(guess.positive == positive && guess.negative == negative)
        #expect(guess.open == values.filter { !positive.contains($0) && !negative.contains($0) })
    }

    @Test("a rule that contradicts itself, or says too little, is an error before any file is read")
    func contradictions() {
        func fails(_ change: (inout OutcomeRule) -> Void) -> Bool {
            var roles = ColumnRoles()
            change(&roles.outcomes)
            do {
                try roles.check()
                return false
            } catch {
                return error.kind == .usage
            }
        }
        let won = OutcomeRule.Condition(column: "IsWon", value: "1")
        #expect(fails { ($0.column, $0.positive, $0.negative) = ("Stage", ["Won"], [" won"]) })
        #expect(fails { ($0.positiveWhen, $0.openWhen) = ([won], [won]) })
        #expect(fails { $0.negative = ["Lost"] })
        #expect(fails { $0.negativeWhen = [won] })
        #expect(fails { $0.positiveWhen = [won, .init(column: "Stage", value: "Won")] })
        #expect(!fails { $0.positiveWhen = [won] })
    }
}
