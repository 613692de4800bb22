extension MadeUpExport {
    /// Opportunities of a view: three columns that Dynamics needs itself, and a status apart from its reason.
    static let dynamics = MadeUpExport(
        "Dynamics 365", file: "All Opportunities 7-1-2025 9-12-44 AM.csv",
        Layout(
            header: [
                "(Do Not Modify) Opportunity", "(Do Not Modify) Row Checksum", "(Do Not Modify) Modified On", "Topic",
                "Potential Customer", "Est. Close Date", "Est. Revenue", "Contact", "Rating", "Status", "Status Reason",
                "Created On", "Actual Close Date", "Source Campaign", "Purchase Timeframe", "No. of Employees", "Owner",
            ], hasByteOrderMark: true),
        Columns(
            id: "(Do Not Modify) Opportunity", outcome: ["Status"],
            flags: ["--outcome", "Status", "--positive", "Won", "--open", "Open"], created: "Created On"),
        MadeUpDeal.some(230, seed: 5)
    ) { deal in
        let (status, reason) =
            switch deal.end {
            case .won: ("Won", "Won")
            case .lost: ("Lost", deal.number % 2 == 0 ? "Canceled" : "Out-Sold")
            case .open: ("Open", deal.number % 3 == 0 ? "On Hold" : "In Progress")
            }
        let hex = String(0x1a2b_3c4d + deal.number * 65_537, radix: 16)
        let thousands = deal.amount / 1000
        let rest = String(1000 + deal.amount % 1000).dropFirst()
        return [
            "\(hex)-77aa-ef11-8a69-000d3a\(100_000 + deal.number)", "k\(deal.number)Q0x/7Zp+w==",
            deal.closes.written("M/d/yyyy h:mm AM"), "\(deal.company) rollout", deal.company,
            deal.closes.written("M/d/yyyy"), thousands > 0 ? "$\(thousands),\(rest).00" : "$\(rest).00", deal.person,
            ["Cold", "Warm", "Warm", "Hot"][deal.progress], status, reason, deal.created.written("M/d/yyyy h:mm AM"),
            deal.end == .open ? "" : deal.closes.written("M/d/yyyy"),
            ["Cold list", "Web form", "Fair", "Partner"][deal.source],
            deal.isExistingBusiness ? "This Quarter" : "Next Quarter", "\(deal.employees)", deal.owner,
        ]
    }
}
