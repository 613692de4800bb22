import LeadModel
import Testing

@Suite("The wording of reasons")
struct WordingTests {
    private static let now = RandomScorecards.now

    /// The reason for a value whose bin has these points and counts.
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
        "a phrase ends with the strength of the share",
        arguments: [
            (0.85, "strongly positive"), (0.4, "strongly positive"), (0.39, "positive"), (0.1, "positive"),
            (0.09, "neutral"), (0, "neutral"), (-0.09, "neutral"), (-0.1, "negative"), (-0.39, "negative"),
            (-0.4, "strongly negative"),
        ])
    func strengths(points: Double, strength: String) {
        #expect(category("account.industry", "Finance", points) == "Industry: Finance — \(strength)")
    }

    @Test(
        "names of attributes become readable titles",
        arguments: [
            ("Lead Source", "Lead source"), ("leadSource", "Lead source"), ("lead_source", "Lead source"),
            ("LEAD_SOURCE", "Lead source"), ("lead-source", "Lead source"), ("LeadSource", "Lead source"),
            ("account.industry", "Industry"), ("contact.jobTitle", "Job title"), ("web.channel", "Web channel"),
            ("Lead_Tier__c", "Lead tier"), ("CRM", "CRM"), ("usedCRM", "Used CRM"), ("utm_source", "Utm source"),
            ("HTTPReferrer", "HTTP referrer"), ("City", "City"), ("Branche", "Branche"), ("größe", "Größe"),
        ])
    func names(name: String, title: String) {
        #expect(category(name, "X-Ray", 1) == "\(title): X-Ray — strongly positive")
    }

    @Test("two attributes with the same title keep their prefixes")
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
                "Account country: Spain — strongly positive", "Contact country: Spain — strongly positive",
                "City: Spain — strongly positive",
            ])
    }

    @Test(
        "a title that is a question or a sentence reads well too",
        arguments: [
            ("newsletter", "true", "Newsletter: true"), ("Do Not Email", "No", "Do not email: No"),
            ("grade", "4", "Grade: 4"),
            ("What is your current occupation", "Student", "What is your current occupation: Student"),
            ("Last Notable Activity Of The Lead", "Call", "Last notable activity of the lead: Call"),
        ])
    func sentences(name: String, label: String, phrase: String) {
        #expect(category(name, label, 0.7) == "\(phrase) — strongly positive")
    }

    @Test("missing, rare and unseen values have their own phrases")
    func specials() {
        #expect(special("account.industry", bin: 1) == "Industry: missing — strongly positive")
        #expect(special("account.industry", bin: 2) == "Industry: a rare value — strongly positive")
        #expect(special("tags", bin: 3) == "Tags: a value not seen in training — strongly positive")
    }

    @Test(
        "a number has the range of its bin",
        arguments: [
            ("web.visits", "3 to 7", 0.2, "Web visits: 3 to 7 — positive"),
            ("web.visits", "under 3", -0.2, "Web visits: under 3 — negative"),
            ("employees", "100 and more", -0.9, "Employees: 100 and more — strongly negative"),
            ("amount", "95500 to 97399", -0.9, "Amount: 95,500 to 97,399 — strongly negative"),
            ("year", "1990 to 2025", -0.9, "Year: 1990 to 2025 — strongly negative"),
            ("Total Time Spent on Website", "0", 0, "Total time spent on website: 0 — neutral"),
            ("Page Views Per Visit", "0", 0.9, "Page views per visit: 0 — strongly positive"),
        ])
    func numbers(name: String, label: String, points: Double, phrase: String) {
        #expect(number(name, label, points) == phrase)
    }

    @Test(
        "an age is in days",
        arguments: [
            ("lastVisit", "3 to 7", "Last visit: 3 to 7 days ago — positive"),
            ("lastVisit", "under 1", "Last visit: under 1 day ago — positive"),
            ("lastVisit", "7 and more", "Last visit: 7 and more days ago — positive"),
            ("lastVisit", "3 days", "Last visit: 3 days ago — positive"),
            ("stageSince", "2 to 5 months", "Time in stage: 2 to 5 months — positive"),
        ])
    func ages(name: String, label: String, phrase: String) { #expect(age(name, label, 0.2) == phrase) }

    @Test("text instead of a number or a date is named as such")
    func unreadable() {
        let number = reason(
            "web.visits", .number(edges: []), ["any number", "missing", "not a number"], bin: 2, points: 0.2)
        #expect(number.phrase == "Web visits: not a number — positive")
        #expect(
            number.insight
                == "Of 210 leads with web visits that is not a number, 64 % were qualified (of all leads 38 %)")
        let date = reason("lastVisit", .age(edges: []), ["any", "missing", "not a date"], bin: 2, points: 0.2)
        #expect(date.phrase == "Last visit: not a date — positive")
    }

    @Test("a signal has its finding, never the text")
    func signals() {
        func phrase(_ name: String, _ signal: Signal, _ bin: Int) -> String {
            let levels = Scorecard.Levels(
                bins: Dictionary(uniqueKeysWithValues: signal.findings.enumerated().map { ($1, $0) }), rare: [])
            return reason(
                name, .signal(signal, levels), signal.findings + ["missing", "rare", "unseen"], bin: bin, points: 0.2
            ).phrase
        }
        #expect(phrase("email", .email, 0) == "Email: business domain — positive")
        #expect(phrase("Email Address", .email, 1) == "Email address: free-mail domain — positive")
        #expect(phrase("email", .email, 2) == "Email: no address — positive")
        #expect(phrase("lastName", .name, 0) == "Last name: plausible — positive")
        #expect(phrase("phone", .phone, 1) == "Phone: implausible — positive")
        #expect(phrase("phone", .phone, 2) == "Phone: missing — positive")
    }

    @Test("a list names its entries, and its insight is about the entry with the largest points")
    func lists() {
        let card = HandMade.card
        func reason(_ entries: [String]) -> Reason {
            card.reasons(card.evidence(of: [("interests", .list(entries))], at: Self.now))
                .first { $0.attribute == "interests" }!
        }
        let two = reason(["E-mail", "chat"])
        #expect(two.label == "Chat, E-mail" && two.contribution == 0.75)
        #expect(two.phrase == "Interests: Chat and E-mail — strongly positive")
        #expect(
            two.insight == "Of 90 leads with interests including Chat, 33 % were qualified (of all leads 38 %); "
                + "strongly positive after accounting for the other attributes")
        #expect(reason(["Phone", "fax"]).phrase == "Interests: Phone and a rare value — negative")
        #expect(
            reason(["chat", "pigeon"]).phrase
                == "Interests: Chat and a value not seen in training — strongly positive")
        #expect(
            reason(["chat", "phone", "e-mail", "fax", "pigeon"]).phrase
                == "Interests: Chat, E-mail, Phone and 2 more — strongly positive")
        #expect(reason(["fax"]).phrase.hasPrefix("Interests: a rare value — "))
        #expect(reason(["pigeon"]).phrase.hasPrefix("Interests: a value not seen in training — "))
        #expect(reason([]).phrase.hasPrefix("Interests: missing — "))
        #expect(
            reason([]).insight == "Of 90 leads with interests missing, 33 % were qualified (of all leads 38 %)")
    }

    @Test("an insight has the counts of the bin")
    func insights() {
        let levels = Scorecard.Reading.category(.init(bins: ["finance": 0], rare: []))
        let labels = ["Finance", "missing", "rare values", "never seen before"]
        func insight(
            _ bin: Int, _ records: Int, _ positives: Int, days: Double? = nil, entity: Entity = .lead,
            name: String = "account.industry"
        ) -> String {
            reason(
                name, levels, labels, bin: bin, points: 1, records: records, positives: positives, days: days,
                entity: entity
            ).insight
        }
        #expect(
            insight(0, 210, 134, days: 2.4)
                == "Of 210 leads with industry = Finance, 64 % were qualified (of all leads 38 %), half of them within "
                + "3 days of creation")
        #expect(insight(0, 210, 134, days: 0.2).hasSuffix(", half of them within 1 day of creation"))
        #expect(
            insight(0, 1, 1) == "Of 1 lead with industry = Finance, 100 % was qualified (of all leads 38 %)")
        #expect(
            insight(1, 1207, 519) == "Of 1,207 leads with industry missing, 43 % were qualified (of all leads 38 %)")
        #expect(
            insight(2, 20, 12)
                == "Of 20 leads with a rare value for industry, 60 % were qualified (of all leads 38 %)")
        #expect(insight(3, 0, 0).hasPrefix("No closed lead in training had this value"))
        #expect(insight(1, 0, 0).hasPrefix("No closed lead in training lacked this value"))
        #expect(
            insight(0, 4, 2, entity: .opportunity)
                == "Of 4 opportunities with industry = Finance, 50 % were won (of all opportunities 38 %)")
        #expect(
            insight(0, 40, 30, name: "What is your current occupation")
                == "Of 40 leads with “What is your current occupation” = Finance, 75 % were qualified (of all leads "
                + "38 %)")
    }

    @Test("a number that is a single value follows an equals sign")
    func singleNumber() {
        let zero = reason(
            "Page Views Per Visit", .number(edges: [3]), ["0", "7 and more", "missing", "not a number"], bin: 0,
            points: 0.5, records: 1207, positives: 519)
        #expect(zero.insight == "Of 1,207 leads with page views per visit = 0, 43 % were qualified (of all leads 38 %)")
        let range = reason(
            "Page Views Per Visit", .number(edges: [3]), ["3 to 7", "7 and more", "missing", "not a number"], bin: 0,
            points: 0.5, records: 1207, positives: 519)
        #expect(
            range.insight == "Of 1,207 leads with page views per visit 3 to 7, 43 % were qualified (of all leads 38 %)")
    }
}
