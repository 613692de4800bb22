extension MadeUpExport {
    /// Deals, of which two stages are lost.
    static let zoho = MadeUpExport(
        "Zoho CRM", file: "Deals_2025_07_01.csv",
        Layout(
            header: [
                "Record Id", "Deal Name", "Account Name.id", "Account Name", "Deal Owner.id", "Deal Owner", "Amount",
                "Closing Date", "Stage", "Probability (%)", "Lead Source", "Type", "Next Step", "Created Time",
                "Modified Time", "Tag", "Reason For Loss", "Number of Employees",
            ], lineEnd: "\n"),
        Columns(
            id: "Record Id", outcome: ["Stage"],
            flags: [
                "--outcome", "Stage", "--positive", "Closed Won", "--negative", "Closed Lost", "--negative",
                "Closed Lost to Competition",
            ], created: "Created Time"), MadeUpDeal.some(260, seed: 7)
    ) { deal in
        let (stage, probability) =
            switch deal.end {
            case .won: ("Closed Won", 100)
            case .lost: (deal.number % 3 == 0 ? "Closed Lost to Competition" : "Closed Lost", 0)
            case .open:
                (
                    ["Qualification", "Needs Analysis", "Value Proposition", "Negotiation/Review"][deal.progress],
                    [10, 20, 40, 90][deal.progress]
                )
            }
        return [
            "zcrm_4150868000000\(345_000 + deal.number)", "\(deal.company), phase \(1 + deal.number % 2)",
            "zcrm_4150868000000\(120_000 + deal.number % 90)", deal.company,
            "zcrm_41508680000001\(10_000 + deal.owner.count)", deal.owner,
            "\(deal.amount)", deal.closes.written("yyyy-MM-dd"), stage, "\(probability)",
            ["Cold Call", "Advertisement", "Web Download", "Partner"][deal.source],
            deal.isExistingBusiness ? "Existing Business" : "New Business", "",
            deal.created.written("yyyy-MM-dd HH:mm:ss"), deal.closes.written("yyyy-MM-dd HH:mm:ss"), "",
            deal.end == .lost ? ["Price", "No budget", ""][deal.number % 3] : "", "\(deal.employees)",
        ]
    }
}
