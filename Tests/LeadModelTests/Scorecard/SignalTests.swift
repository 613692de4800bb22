import LeadModel
import TestKit
import Testing

@Suite("Signals in free text")
struct SignalTests {
    @Test(
        "an address at a company's domain",
        arguments: [
            "ann@acme.com", "Ann.Example+crm@sales.acme.co.uk", "Ann Example <ann@acme.io>", "ann@müller.de",
            "info@live.acme-events.com", "ann@outlook.acme.com", "a@b.co", "ann@mail.acme.com", "ann@yahoo-inc.com",
        ])
    func business(address: String) { #expect(Signal.email.finding(in: address) == "business domain") }

    @Test(
        "an address at a free-mail provider, from any part of the world",
        arguments: [
            "ann@gmail.com", "ANN@Gmail.Com", "ann@googlemail.com", "ann@yahoo.co.uk", "ann@yahoo.fr", "ann@hotmail.it",
            "ann@live.nl", "ann@outlook.com.br", "ann@gmx.net", "ann@web.de", "ann@t-online.de", "ann@qq.com",
            "ann@163.com", "ann@naver.com", "ann@mail.ru", "ann@yandex.ru", "ann@wp.pl", "ann@seznam.cz",
            "ann@orange.fr", "ann@libero.it", "ann@uol.com.br", "ann@rediffmail.com", "ann@bigpond.com",
            "ann@icloud.com", "ann@proton.me", "ann@comcast.net", "ann@mailinator.com", "ann@docomo.ne.jp",
        ])
    func free(address: String) { #expect(Signal.email.finding(in: address) == "free-mail domain") }

    @Test(
        "text that is no deliverable address",
        arguments: [
            "ann", "ann@", "@acme.com", "ann@acme", "ann@@acme.com", "ann b@acme.com", "ann@acme..com", "ann@-acme.com",
            "ann@acme.c", "ann@10.0.0.1", "ann@acme.com.", "ann@example.com", "ann@acme.invalid", "n/a", "none",
            "test@test.com", "ann@acme,com", "ann@acme.com/x",
        ])
    func noAddress(text: String) { #expect(Signal.email.finding(in: text) == "no address") }

    @Test(
        "a plausible name",
        arguments: [
            "Ann Example", "O’Brien", "Jean-Luc", "Ng", "Vlk", "Krč", "Ó Súilleabháin", "Hirschsprung", "王", "王小明",
            "Иванов", "Ελένη", "محمد", "김", "Nguyễn Thị Hà", "e\u{301}lise", "Wert", "Power", "Test-Kowalski Jan",
            "Berber", "Li", "Abdoulaye N'Diaye", "Smith & Sons (UK) Ltd.", "Brandt", "Przybyszewski", "Bora Bora",
            "Null Bock", "ΑΘΗΝΑ", "दीपक",
        ])
    func plausible(name: String) { #expect(Signal.name.finding(in: name) == "plausible") }

    @Test(
        "text that is typed to get past a form",
        arguments: [
            "test", "Test Test", "test user", "asdf", "asdfgh", "ASDF", "qwertz", "hjkl", "zxcvb", "xxx", "aaaa", "X",
            "n/a", "N.A.", "-", "...", "123", "John2", "ann@acme.com", "http://acme", "sdfkjh", "bcdfg", "asdasd",
            "hahaha", "unknown", "no name", "First Name", "foo bar", "lkjhgf", "dfghj", "???", "null", "x y z",
            "asdkjfhskdjf",
        ])
    func implausible(name: String) { #expect(Signal.name.finding(in: name) == "implausible") }

    @Test(
        "a plausible telephone number",
        arguments: [
            "+49 30 1234568", "(212) 555-0187", "030/1234568", "0171.5551234", "+1-800-555-0199 ext. 12", "5550187x3",
            "٠١٢٣٤٥٦٠٠", "020 7946 0958", "491711234567",
        ])
    func phone(text: String) { #expect(Signal.phone.finding(in: text) == "plausible") }

    @Test(
        "text that can't be a telephone number",
        arguments: [
            "123456", "1234567890123456", "0000000", "1111111111", "1234567", "9876543210", "call me", "ann@acme.com",
            "0800 FLOWERS", "-", "+", "none",
        ])
    func noPhone(text: String) { #expect(Signal.phone.finding(in: text) == "implausible") }

    @Test("every text gives one of the signal's findings")
    func all() {
        var random = SeededGenerator(seed: 5)
        let letters = Array("aAeEz @.-<>;\u{0}9é\u{301}王\u{1F600}\u{202E}\n")
        for _ in 0..<20_000 {
            let text = String((0..<Int.random(in: 0...12, using: &random)).map { _ in random.pick(letters) })
            for signal in Signal.allCases { #expect(signal.findings.contains(signal.finding(in: text))) }
        }
    }
}
