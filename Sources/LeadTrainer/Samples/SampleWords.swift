/// What sample leads are made of. No name is a person's.
enum SampleWords {
    struct Level {
        var text: String
        /// How often it occurs, against the others of its list.
        var weight: Double
        /// In log-odds of the hidden model.
        var worth: Double

        init(_ text: String, _ weight: Double, _ worth: Double) {
            (self.text, self.weight, self.worth) = (text, weight, worth)
        }
    }

    static let sources = [
        Level("Website", 30, 0.1), Level("Referral", 12, 1.3), Level("Trade Fair", 10, 0.4),
        Level("Paid Search", 18, -0.5), Level("Social Media", 14, -0.9), Level("Cold Call", 9, -1.2),
        Level("Partner", 6, 0.9), Level("Print Advertisement", 0.04, -0.4), Level("Radio", 0.03, -0.4),
    ]
    static let products = [
        Level("Starter", 40, -0.4), Level("Team", 35, 0.2), Level("Enterprise", 20, 0.5), Level("Archive", 0.1, 0),
    ]
    static let regions = [
        Level("North", 25, 0.1), Level("East", 20, -0.1), Level("South", 30, 0), Level("West", 25, 0.1),
    ]
    static let industries = [
        Level("Finance", 14, 0.7), Level("Manufacturing", 20, 0.4), Level("Health Care", 12, 0.2),
        Level("Retail", 18, -0.3), Level("Education", 10, -0.8), Level("Software", 16, 0.5),
        Level("Public Sector", 8, -0.6), Level("Fishing", 0.05, 0), Level("Mining", 0.05, 0),
    ]
    static let countries = [
        Level("Germany", 34, 0.2), Level("Austria", 14, 0.1), Level("Switzerland", 12, 0.3), Level("France", 14, 0),
        Level("Poland", 10, -0.1), Level("Spain", 9, -0.2), Level("Iceland", 0.05, 0), Level("Malta", 0.05, 0),
    ]
    static let jobTitles = [
        Level("Head of Sales", 14, 0.9), Level("Managing Director", 12, 0.8), Level("IT Manager", 18, 0.3),
        Level("Consultant", 12, -0.3), Level("Assistant", 16, -0.6), Level("Student", 10, -1.6),
        Level("Harbour Master", 0.05, 0), Level("Beekeeper", 0.05, 0),
    ]
    static let freeMail = ["freemail.example", "webmail.example", "postbox.example"]
    static let owners = ["Team Blue", "Team Green", "Team Orange", "Team Violet"]
    static let wishes = ["price request", "demo", "trial", "call back", "information"]
    static let firsts = [
        "Alder", "Amber", "Basalt", "Birch", "Copper", "Delta", "Elm", "Falcon", "Granite", "Harbour", "Indigo",
        "Juniper", "Linden", "Maple", "Meadow", "North", "Opal", "Pine", "Quartz", "River", "Silver", "Summit",
    ]
    static let seconds = [
        "Analytics", "Books", "Foods", "Freight", "Instruments", "Interiors", "Logistics", "Machines", "Media",
        "Optics", "Paper", "Pumps", "Systems", "Textiles", "Tools", "Trading", "Works",
    ]
}
