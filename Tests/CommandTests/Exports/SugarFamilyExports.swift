extension MadeUpExport {
    private static func stage(_ deal: MadeUpDeal, _ stages: [String]) -> String {
        switch deal.end {
        case .won: "Closed Won"
        case .lost: "Closed Lost"
        case .open: stages[deal.progress]
        }
    }

    /// SuiteCRM: dates as its user wants to see them.
    static let suiteCRM = MadeUpExport(
        "SuiteCRM", file: "Opportunities.csv",
        Layout(
            header: [
                "Opportunity Name", "ID", "Opportunity Amount", "Currency", "Account Name", "Sales Stage",
                "Expected Close Date", "Lead Source", "Type", "Next Step", "Probability (%)", "Assigned User Name",
                "Date Created", "Date Modified", "Deleted", "Description",
            ], quotesAll: true),
        Columns(
            id: "ID", outcome: ["Sales Stage"],
            flags: ["--outcome", "Sales Stage", "--positive", "Closed Won", "--negative", "Closed Lost"],
            created: "Date Created"), MadeUpDeal.some(230, seed: 10)
    ) { deal in
        [
            "\(deal.company) - \(100 + deal.number % 50) units",
            "\(String(0xc0ffee + deal.number * 8191, radix: 16))ab-31f2-6a44-9d1e-65f0c2d4e\(100 + deal.number)",
            "\(deal.amount).000000", "US Dollars : $", deal.company,
            stage(deal, ["Prospecting", "Qualification", "Needs Analysis", "Negotiation/Review"]),
            deal.closes.written("MM/dd/yyyy"), ["Cold Call", "Email", "Conference", "Partner"][deal.source],
            deal.isExistingBusiness ? "Existing Business" : "New Business", "",
            deal.end == .won ? "100" : deal.end == .lost ? "0" : "\(10 + deal.progress * 25)", deal.owner,
            deal.created.written("MM/dd/yyyy hh:mmam"), deal.closes.written("MM/dd/yyyy hh:mmam"), "0",
            deal.number % 7 == 0 ? "Met at the fair,\nwants an offer" : "",
        ]
    }

    /// vtiger: what refers to another record begins with that record's module.
    static let vtiger = MadeUpExport(
        "vtiger", file: "Opportunities.csv",
        Layout(
            header: [
                "Opportunity Name", "Opportunity No", "Amount", "Organization Name", "Contact Name",
                "Expected Close Date",
                "Type", "Lead Source", "Sales Stage", "Assigned To", "Probability", "Campaign Source", "Next Step",
                "Description", "Created Time", "Modified Time", "Forecast Amount",
            ], quotesAll: true),
        Columns(
            id: "Opportunity No", outcome: ["Sales Stage"],
            flags: ["--outcome", "Sales Stage", "--positive", "Closed Won", "--negative", "Closed Lost"],
            created: "Created Time"), MadeUpDeal.some(220, seed: 11)
    ) { deal in
        let probability = deal.end == .won ? 100 : deal.end == .lost ? 0 : 10 + deal.progress * 25
        return [
            "\(deal.company) upgrade", "POT\(deal.number + 1)", "\(deal.amount).00000000",
            "Accounts::::\(deal.company)",
            "Contacts::::\(deal.person)", deal.closes.written("yyyy-MM-dd"),
            deal.isExistingBusiness ? "Existing Business" : "New Business",
            ["Cold Call", "Public Relations", "Trade Show", "Existing Customer"][deal.source],
            stage(deal, ["Prospecting", "Qualification", "Id. Decision Makers", "Negotiation or Review"]),
            deal.owner, "\(probability).000", "", "", "", deal.created.written("yyyy-MM-dd HH:mm:ss"),
            deal.closes.written("yyyy-MM-dd HH:mm:ss"), "\(deal.amount * probability / 100).00000000",
        ]
    }
}
