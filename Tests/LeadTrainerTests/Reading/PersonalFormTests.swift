import LeadModel
import Testing

@testable import LeadTrainer

@Suite("Personal data is known by its form, and no scorecard has it")
struct PersonalFormTests {
    @Test(
        "telephone numbers in common spellings",
        arguments: [
            "+49 30 1234567", "+4915112345678", "0049 151 23456789", "(030) 123-4567", "030/1234567", "0151 2345678",
            "01512345678", "06 12 34 56 78", "06.12.34.56.78", "555-123-4567".replacing("-1", with: "-2"),
            "(555) 123-4567",
            "1-800-555-0199", "+1 (212) 555-0123 ext. 12", "tel: +31 20 123 4567", "612 34 56 78", "(11) 91234-5678",
            "+48 601 234 567", "(+39) 02 1234567", "020 7946 0958", "+33(0)612345678",
        ])
    func phones(text: String) { #expect(PersonalForm.isPersonal(text)) }

    @Test(
        "years, amounts, postal codes, order numbers, dates, ranges and times are none",
        arguments: [
            "2024", "2019-2020", "1,234,567.89", "1 234 567", "12 345 678", "1.234.567", "(7 895 722.01)", "-1234567",
            "0.12345678", "12345-6789", "02139-4307", "80331", "01067", "2024-001234", "ORD-1234567", "1234567890",
            "2026-11-30", "30.11.2026", "02/11/2026 8:47 PM", "2026-02-11T20:47:00", "02.11.2026 18", "20261130",
            "1001-5000", "10001-50000", "50-200", "+12", "192.168.10.12", "4711", "12:30:45.123", "100000 - 250000",
            "01.01.24-31.12.24", "v1.2.3.4.5.6.7", "+1 234 567.89", "9-17", "$1,000,000",
        ])
    func others(text: String) { #expect(!PersonalForm.isPersonal(text)) }

    @Test(
        "e-mail addresses, also inside a text",
        arguments: [
            "jan.smith@firm.de", "Jan Smith <jan@firm.co.uk>", "mailto:j+x@a-b.org", "cc anna@example.com please",
        ])
    func addresses(text: String) {
        #expect(PersonalForm.isPersonal(text))
        #expect(!PersonalForm.isPersonal(text.replacing("@", with: " at ")))
    }

    @Test("names of people, in several forms; companies, towns and products are none")
    func names() {
        for name in [
            "Anna Schmidt", "Jan van der Berg", "Dr. Peter Müller", "Smith, John", "María García López",
            "J. Robert Oppenheimer",
            "Anna-Lena Weiß", "KATARZYNA NOWAK", "Herr Klaus Meyer", "Mary O'Neill",
        ] { #expect(PersonNames.isFullName(name), "\(name)") }
        for name in [
            "Acme Corp", "Robert Bosch GmbH", "New York", "San Juan", "Google", "Anna", "Peter Hahn AG",
            "Email Campaign",
            "Landing Page Submission", "Direct Traffic", "Working Professional", "Mark Down Sale 2024",
            "Hotel Anna Maria",
        ] { #expect(!PersonNames.isFullName(name), "\(name)") }
    }

    @Test(
        "500 different addresses, telephone numbers and names of 2,000 records are read as signals, whatever the column's name"
    )
    func repeated() {
        let firsts = ["Anna", "Jan", "Maria", "Peter", "Julia", "Thomas", "Eva", "Paul", "Laura", "Felix"]
        let screened = Screened(2000, seed: 3) { random, isPositive, number in
            let person = random.index(below: 500)
            let name =
                "\(firsts[person % 10]) Quill\(["er", "mann", "ström", "ova", "ez"][person / 10 % 5])\(person / 50 == 0 ? "" : ["by", "son", "ski", "ton", "ley", "man", "rup", "wood", "ford"][person / 50 - 1])"
            return [
                "reply to": .text("jan.smith\(person)@firm\(person % 7).de"),
                "line": .text("+49 30 55\(1000 + person)"),
                "asked by": .text(name), "mobile": .number(Double(4_915_100_000_000 + person * 7)),
                "vorname": .text(firsts[person % 10]), "owner": .text(name),
                "has phone": .text(person % 3 == 0 ? "yes" : "no"),
                "city": .text(["Berlin", "Paris", "Madrid"][person % 3]),
            ]
        }
        let kinds = Dictionary(uniqueKeysWithValues: screened.attributes.map { ($0.name, $0.kind) })
        #expect(
            kinds == [
                "reply to": "e-mail", "line": "phone", "asked by": "name", "mobile": "phone", "vorname": "name",
                "owner": "name", "has phone": "category", "city": "category",
            ])
    }

    @Test("one address or number among honest values and entries becomes no level, however frequent it is")
    func single() throws {
        var random = SplitMix64(seed: 5)
        let records = (0..<400).map { number in
            let isPositive = random.unit() < 0.5
            let marked = random.unit() < (isPositive ? 0.2 : 0.1)
            let source = marked ? "ask jan.smith@firm.de" : random.unit() < (isPositive ? 0.6 : 0.3) ? "web" : "fair"
            let topics = ["crm", "erp"].filter { _ in random.unit() < 0.5 } + (marked ? ["+49 151 2345678"] : [])
            let attributes: [(name: Exact, value: Value)] = [("source", .text(source)), ("topics", .list(topics))]
            return TrainingRecord(attributes: attributes, isPositive: isPositive)
        }
        var options = TrainingOptions()
        (options.bags, options.rounds) = (2, 50)
        let card = try Trainer.train(records, options: options).scorecard
        #expect(card.attributes.map(\.name) == ["source", "topics"])
        for attribute in card.attributes {
            let rare = try #require(attribute.rareBin)
            #expect(attribute.bins[rare].records > 20)
        }
        let text = String(decoding: card.artifact(), as: UTF8.self)
        for part in ["smith", "@", "151", "2345"] { #expect(!text.contains(part)) }
    }
}
