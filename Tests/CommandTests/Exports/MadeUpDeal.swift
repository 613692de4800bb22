import LeadModel
import TestKit

/// A deal that nobody ever had, as every layout of export shows it in its own words. Who asked for it and how large it is
/// say something about its end.
struct MadeUpDeal {
    enum End { case won, lost, open }

    /// From 0.
    var number: Int
    var company, firstName, lastName, owner: String
    /// From 0: the more, the likelier it was won.
    var source: Int
    var isExistingBusiness: Bool
    var amount: Int
    var employees: Int
    var visits: Int
    var created: Moment
    /// When it ended, or is expected to.
    var closes: Moment
    var end: End
    /// How far it came, of four stages before the last.
    var progress: Int

    var person: String { "\(firstName) \(lastName)" }
    var email: String { "\(firstName).\(lastName)@\(company.split(separator: " ")[0])\(number).example".lowercased() }
    var phone: String { "+49 228 555\(1000 + number)" }

    static let sources = 4

    /// The same for the same seed: `count` of them, the oldest first.
    static func some(_ count: Int, seed: UInt64) -> [MadeUpDeal] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { number in
            func pick(_ texts: [String]) -> String { texts.randomElement(using: &random) ?? "" }
            let source = Int.random(in: 0..<sources, using: &random)
            let isExisting = Int.random(in: 0..<3, using: &random) == 0
            let amount = 500 * Int.random(in: 2..<200, using: &random)
            let chance = 0.1 + 0.17 * Double(source) + (isExisting ? 0.15 : 0) + (amount > 60_000 ? -0.1 : 0.05)
            let day = number * 520 / count
            let created = Moment(milliseconds: 1_704_100_000_000).adding(days: day)
                .adding(seconds: Int64.random(in: 0..<40_000, using: &random))
            let isOpen = Int.random(in: 0..<4, using: &random) == 0
            let isWon = Double.random(in: 0..<1, using: &random) < chance
            return MadeUpDeal(
                number: number, company: pick(companies) + " " + pick(forms), firstName: pick(firstNames),
                lastName: pick(lastNames), owner: pick(owners), source: source, isExistingBusiness: isExisting,
                amount: amount, employees: Int.random(in: 1..<900, using: &random),
                visits: Int.random(in: 0..<30, using: &random), created: created,
                closes: created.adding(days: Int.random(in: 5..<90, using: &random)),
                end: isOpen ? .open : isWon ? .won : .lost, progress: Int.random(in: 0..<4, using: &random))
        }
    }

    private static let companies = [
        "Nordwind", "Blueford", "Talmar", "Quellbach", "Ostrea", "Ferrow", "Lindgate", "Sorvia",
    ]
    private static let forms = ["GmbH", "Ltd", "Inc", "S.A.", "AG", "Group"]
    private static let firstNames = ["Ada", "Bela", "Carla", "Dario", "Edda", "Fynn", "Greta", "Hugo", "Ines", "Jonas"]
    private static let lastNames = [
        "Amber", "Brook", "Castell", "Dorn", "Elmer", "Farrow", "Grand", "Holm", "Ivers", "Jarl",
    ]
    private static let owners = ["Kim Larsson", "Lou Mercier", "Max Neumann"]
}

extension Moment {
    /// In UTC, from a pattern of yyyy, M, MM, d, dd, H, HH, h, hh, mm, ss and am: "MM/dd/yyyy hh:mm am".
    func written(_ pattern: String) -> String {
        let text = text
        func digits(_ from: Int, _ count: Int) -> Int {
            Int(text.dropFirst(from).prefix(count)) ?? 0
        }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let (month, day, hour) = (digits(5, 2), digits(8, 2), digits(11, 2))
        let half = (hour + 11) % 12 + 1
        let parts = [
            "yyyy": "\(digits(0, 4))", "MM": two(month), "M": "\(month)", "dd": two(day), "d": "\(day)",
            "HH": two(hour),
            "H": "\(hour)", "hh": two(half), "h": "\(half)", "mm": two(digits(14, 2)), "ss": two(digits(17, 2)),
            "am": hour < 12 ? "am" : "pm", "AM": hour < 12 ? "AM" : "PM",
        ]
        var (written, word) = ("", "")
        for character in pattern + "\0" {
            if let last = word.last, last != character, parts[word + String(character)] == nil {
                written += parts[word] ?? word
                word = ""
            }
            word.append(character)
        }
        return written
    }
}
