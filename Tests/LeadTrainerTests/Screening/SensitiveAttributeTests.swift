import LeadModel
import Testing

@testable import LeadTrainer

@Suite("Sensitive attributes are warned of, and can be barred")
struct SensitiveAttributeTests {
    @Test("names in eight languages")
    func names() {
        let named: [SensitiveAttribute: [String]] = [
            .sex: [
                "Gender", "sex", "contact.gender", "Geschlecht", "Sexe", "sexo", "Sesso", "geslacht", "Płeć", "plec",
            ],
            .age: [
                "Age", "age", "Age Group", "customer_age", "Your age in years", "DOB", "DateOfBirth", "birth_date",
                "Alter",
                "Geburtsdatum", "Âge", "date de naissance", "Edad", "Fecha de nacimiento", "Età", "data di nascita",
                "leeftijd", "geboortedatum", "idade", "data de nascimento", "wiek", "data urodzenia",
            ],
            .maritalStatus: [
                "Marital Status", "maritalStatus", "Familienstand", "État civil", "Estado civil", "stato civile",
                "Burgerlijke staat", "stan cywilny",
            ],
            .religion: ["religion", "Konfession", "Religión", "religione", "geloof", "religião", "wyznanie"],
            .health: [
                "Health", "Health condition", "disability", "Behinderung", "santé", "discapacidad", "salute", "zdrowie",
            ],
            .origin: [
                "Nationality", "Ethnic Origin", "race", "Staatsangehörigkeit", "nationalité", "nacionalidad",
                "Cittadinanza",
                "nationaliteit", "nacionalidade", "obywatelstwo", "country of birth",
            ],
            .sexualOrientation: ["Sexual Orientation", "sexuelle Orientierung", "orientación sexual"],
            .politicalOpinion: ["political views", "Party affiliation", "opinion politique", "poglądy polityczne"],
            .tradeUnion: ["Trade Union", "union membership", "Gewerkschaft", "sindacato"],
        ]
        for (kind, names) in named {
            for name in names { #expect(SensitiveAttribute(nameOfAttribute: name) == kind, "\(name)") }
        }
    }

    @Test(
        "names of other things",
        arguments: [
            "page views", "Lead Age days", "Stage", "percentage", "company age", "Age of Account", "Deal age",
            "domain_age",
            "Lead Origin", "Country", "Account Health Score", "Customer Health", "health insurance product", "message",
            "Average Order", "language", "Vertragspartei", "European Union", "credit union", "Essex", "package",
            "usage",
            "Alter des Leads", "edad de la empresa", "Race Track Visits", "eta", "manager", "Lead Source",
        ])
    func others(name: String) { #expect(SensitiveAttribute(nameOfAttribute: name) == nil) }

    @Test("one warning names them all; barred ones are left out, and what says the same as they do")
    func barred() throws {
        var records: [TrainingRecord] = []
        var random = SplitMix64(seed: 2)
        for number in 0..<400 {
            let gender = random.index(below: 2)
            let attributes: [(name: Exact, value: Value)] = [
                ("age", .number(Double(20 + random.index(below: 50)))), ("gender", .text(["f", "m"][gender])),
                ("letters to", .text(["Ms", "Mr"][gender])), ("visits", .number(Double(random.index(below: 9)))),
            ]
            records.append(TrainingRecord(attributes: attributes, isPositive: number % 3 == 0))
        }
        var options = TrainingOptions()
        (options.bags, options.rounds) = (2, 20)
        let warned = try Trainer.train(records, options: options)
        #expect(
            warned.warnings.filter { $0.kind == .sensitive }.map(\.description) == [
                "age, gender are sensitive by name: if the law or your rules forbid to judge people by them, exclude or bar "
                    + "them"
            ])
        options.barsSensitive = true
        let barred = try Trainer.train(records, options: options)
        #expect(barred.scorecard.attributes.map(\.name) == ["visits"])
        #expect(
            barred.warnings.map(\.description) == ["age, gender, letters to are left out as sensitive"])
        #expect(
            barred.scorecard.selection.filter { $0.reason == .sensitive }.map(\.attribute) == [
                "age", "gender", "letters to",
            ])
        #expect(try Scorecard(artifact: barred.scorecard.artifact()) == barred.scorecard)
    }
}
