import LeadModel
import Testing

@Suite("Reasons in words")
struct WordingTests {
    private static let now = RandomScorecards.now

    /// The reason of a value, whose bin has these points and counts.
    private func reason(
        _ name: String, _ reading: Scorecard.Reading, _ labels: [String], bin: Int, points: Double,
        records: Int = 210, positives: Int = 134, days: Double? = nil, entity: Entity = .lead
    ) -> Reason {
        let bins = labels.enumerated().map { index, label in
            Scorecard.Bin(
                label: label, points: index == bin ? points : 0, records: index == bin ? records : 50,
                positives: index == bin ? positives : 20, medianDays: days)
        }
        let card = Scorecard(
            entity: entity, intercept: 0, attributes: [.init(name: name, reading: reading, bins: bins)], missing: [],
            training: .init(asOf: nil, positives: 150, negatives: 250, seed: 1),
            quality: .init(folds: 5, auc: 0.8, logLoss: 0.5, accuracy: 0.75))
        var isList = false
        if case .list = reading { isList = true }
        return card.reasons(Evidence(bins: [isList ? 1 << UInt16(bin) : UInt16(bin)]))[0]
    }

    private func category(_ name: String, _ label: String, _ points: Double) -> String {
        let reading = Scorecard.Reading.category(.init(bins: [label.lowercased(): 0], rare: []))
        return reason(
            name, reading, [label, "missing", "rare values", "never seen before"], bin: 0, points: points
        ).phrase
    }

    private func special(_ name: String, bin: Int) -> String {
        let reading = Scorecard.Reading.category(.init(bins: ["x": 0], rare: []))
        return reason(name, reading, ["X", "missing", "rare values", "never seen before"], bin: bin, points: 0.5).phrase
    }

    private func number(_ name: String, _ label: String, _ points: Double) -> String {
        reason(name, .number(edges: [3]), [label, "7 and more", "missing", "not a number"], bin: 0, points: points)
            .phrase
    }

    private func age(_ name: String, _ label: String, _ points: Double) -> String {
        reason(name, .age(edges: [3]), [label, "7 and more", "missing", "not a date"], bin: 0, points: points).phrase
    }

    @Test(
        "a category is a strong or a weak one of its kind, by the size of its share",
        arguments: [
            (0.85, "Finance is a strong industry"), (0.4, "Finance is a strong industry"),
            (0.39, "Finance is a fairly strong industry"), (0.1, "Finance is a fairly strong industry"),
            (0.09, "Finance is an average industry"), (0, "Finance is an average industry"),
            (-0.09, "Finance is an average industry"), (-0.1, "Finance is a fairly weak industry"),
            (-0.39, "Finance is a fairly weak industry"), (-0.4, "Finance is a weak industry"),
        ])
    func strengths(points: Double, phrase: String) {
        #expect(category("account.industry", "Finance", points) == phrase)
    }

    @Test(
        "names of attributes are said as people say them",
        arguments: [
            ("Lead Source", "lead source"), ("leadSource", "lead source"), ("lead_source", "lead source"),
            ("LEAD_SOURCE", "lead source"), ("lead-source", "lead source"), ("LeadSource", "lead source"),
            ("account.industry", "industry"), ("contact.jobTitle", "job title"), ("web.channel", "web channel"),
            ("Lead_Tier__c", "lead tier"), ("CRM", "CRM"), ("usedCRM", "used CRM"), ("utm_source", "utm source"),
            ("HTTPReferrer", "HTTP referrer"), ("City", "city"), ("Branche", "branche"), ("größe", "größe"),
        ])
    func names(name: String, words: String) { #expect(category(name, "X-Ray", 1) == "X-Ray is a strong \(words)") }

    @Test("where two attributes would be called the same, they are called by all of their names")
    func sameNames() {
        func attribute(_ name: String) -> Scorecard.Attribute {
            .init(
                name: name, reading: .category(.init(bins: ["spain": 0], rare: [])),
                bins: ["Spain", "missing", "rare", "unseen"].map { HandMade.bin($0, 0.5) })
        }
        var card = HandMade.card
        card.pairs = []
        card.attributes = [attribute("account.country"), attribute("contact.country"), attribute("account.city")]
        let phrases = card.reasons(Evidence(bins: [0, 0, 0])).map(\.phrase)
        #expect(
            phrases == [
                "Spain is a strong account country", "Spain is a strong contact country", "Spain is a strong city",
            ])
    }

    @Test(
        "what does not name a kind of thing, or no thing of it, is a sign",
        arguments: [
            ("newsletter", "true", "newsletter is true, a very good sign"),
            ("Do Not Email", "No", "do not email is No, a very good sign"),
            ("Competitors", "Acme", "competitors are Acme, a very good sign"),
            ("grade", "4", "grade is 4, a very good sign"),
            ("industry", "Unknown", "industry is Unknown, a very good sign"),
            (
                "What is your current occupation", "Student",
                "what is your current occupation is Student, a very good sign"
            ),
            (
                "Last Notable Activity Of The Lead", "Call",
                "last notable activity of the lead is Call, a very good sign"
            ),
        ])
    func noKinds(name: String, label: String, phrase: String) { #expect(category(name, label, 0.7) == phrase) }

    @Test("what is missing, rare or was never seen is told as such")
    func specials() {
        #expect(special("account.industry", bin: 1) == "industry is missing")
        #expect(special("account.industry", bin: 2) == "a rare industry")
        #expect(special("account.industry", bin: 3) == "an industry never seen before")
        #expect(special("jobTitle", bin: 3) == "a job title never seen before")
        #expect(special("MRR", bin: 3) == "an MRR never seen before")
        #expect(special("CRM", bin: 3) == "a CRM never seen before")
        #expect(special("university", bin: 3) == "a university never seen before")
        #expect(special("hour", bin: 3) == "an hour never seen before")
        #expect(special("usage", bin: 3) == "a usage never seen before")
        #expect(special("tags", bin: 1) == "tags are missing" && special("tags", bin: 2) == "a rare value of tags")
        #expect(special("status", bin: 1) == "status is missing" && special("Address", bin: 1) == "address is missing")
    }

    @Test(
        "a number is told by its range, in the right number",
        arguments: [
            ("web.visits", "3 to 7", 0.2, "web visits of 3 to 7 are a good sign"),
            ("web.visits", "under 3", -0.2, "web visits under 3 are a bad sign"),
            ("employees", "100 and more", -0.9, "employees of 100 and more are a very bad sign"),
            ("annualRevenue", "100 and more", 0.9, "annual revenue of 100 and more is a very good sign"),
            (
                "Total Time Spent on Website", "0", 0,
                "total time spent on website of 0 is neither a good nor a bad sign"
            ),
            ("Page Views Per Visit", "2", 0.3, "page views per visit of 2 are a good sign"),
            ("number of calls", "2", 0.3, "number of calls of 2 is a good sign"),
        ])
    func numbers(name: String, label: String, points: Double, phrase: String) {
        #expect(number(name, label, points) == phrase)
    }

    @Test(
        "an age is told in days",
        arguments: [
            ("lastVisit", "3 to 7", "last visit 3 to 7 days ago is a good sign"),
            ("lastVisit", "under 1", "last visit under 1 day ago is a good sign"),
            ("lastVisit", "7 and more", "last visit 7 and more days ago is a good sign"),
            ("lastVisit", "3 days", "last visit 3 days ago is a good sign"),
        ])
    func ages(name: String, label: String, phrase: String) { #expect(age(name, label, 0.2) == phrase) }

    @Test("what is no number or no date is told as such")
    func unreadable() {
        let number = reason(
            "web.visits", .number(edges: []), ["any number", "missing", "not a number"], bin: 2, points: 0.2)
        #expect(number.phrase == "web visits are not a number")
        #expect(number.insight == "64 % of 210 leads with web visits that are not a number were qualified")
        let date = reason("lastVisit", .age(edges: []), ["any", "missing", "not a date"], bin: 2, points: 0.2)
        #expect(date.phrase == "last visit is not a date")
    }

    @Test("a signal is told by what was found, and never by the text")
    func signals() {
        func phrase(_ name: String, _ signal: Signal, _ bin: Int) -> String {
            let levels = Scorecard.Levels(
                bins: Dictionary(uniqueKeysWithValues: signal.findings.enumerated().map { ($1, $0) }), rare: [])
            return reason(
                name, .signal(signal, levels), signal.findings + ["missing", "rare", "unseen"], bin: bin, points: 0.2
            ).phrase
        }
        #expect(phrase("email", .email, 0) == "email at a business domain is a good sign")
        #expect(phrase("Email Address", .email, 1) == "email address at a free-mail domain is a good sign")
        #expect(phrase("email", .email, 2) == "email that is no address is a good sign")
        #expect(phrase("lastName", .name, 0) == "a plausible last name is a good sign")
        #expect(phrase("phone", .phone, 1) == "an implausible phone is a good sign")
        #expect(phrase("phone", .phone, 2) == "phone is missing")
    }

    @Test("a list names what it holds, and the insight is of the strongest of it")
    func lists() {
        let card = HandMade.card
        func reason(_ entries: [String]) -> Reason {
            card.reasons(card.evidence(of: [("interests", .list(entries))], at: Self.now))
                .first { $0.attribute == "interests" }!
        }
        let two = reason(["E-mail", "chat"])
        #expect(two.label == "Chat, E-mail" && two.contribution == 0.75)
        #expect(two.phrase == "interests Chat and E-mail are a very good sign")
        #expect(two.insight == "33 % of 90 leads with interests Chat were qualified")
        #expect(reason(["Phone", "fax"]).phrase == "interests Phone and a rare one are a bad sign")
        #expect(reason(["chat", "pigeon"]).phrase == "interests Chat and one never seen before are a very good sign")
        #expect(
            reason(["chat", "phone", "e-mail", "fax", "pigeon"]).phrase
                == "interests Chat, E-mail, Phone and 2 more are a very good sign")
        #expect(reason(["fax"]).phrase == "a rare value of interests")
        #expect(reason(["pigeon"]).phrase == "a value of interests never seen before")
        #expect(reason([]).phrase == "interests are missing")
        #expect(reason([]).insight == "33 % of 90 leads without interests were qualified")
    }

    @Test("an insight has the counts of the bin, in good English")
    func insights() {
        let levels = Scorecard.Reading.category(.init(bins: ["finance": 0], rare: []))
        let labels = ["Finance", "missing", "rare values", "never seen before"]
        func insight(
            _ bin: Int, _ records: Int, _ positives: Int, days: Double? = nil, entity: Entity = .lead
        ) -> String {
            reason(
                "account.industry", levels, labels, bin: bin, points: 1, records: records, positives: positives,
                days: days, entity: entity
            ).insight
        }
        #expect(
            insight(0, 210, 134, days: 2.4)
                == "64 % of 210 leads with industry Finance were qualified, half within 3 days")
        #expect(insight(0, 210, 134, days: 0.2).hasSuffix(", half within a day"))
        #expect(insight(0, 1, 1) == "100 % of 1 lead with industry Finance was qualified")
        #expect(insight(1, 88, 54) == "61 % of 88 leads without industry were qualified")
        #expect(insight(2, 20, 5) == "25 % of 20 leads with a rare industry were qualified")
        #expect(insight(3, 0, 0) == "no closed lead was seen with this industry")
        #expect(insight(1, 0, 0) == "no closed lead was seen without industry")
        #expect(insight(0, 4, 2, entity: .opportunity) == "50 % of 4 opportunities with industry Finance were won")
    }
}
