extension MadeUpExport {
    /// Deals: the outcome is one of the stages.
    static let hubSpotDeals = MadeUpExport(
        "HubSpot deals", file: "hubspot-crm-exports-all-deals-2025-07-01.csv",
        Layout(
            header: [
                "Record ID", "Deal Name", "Deal Stage", "Close Date", "Deal owner", "Amount", "Create Date",
                "Deal Type", "Pipeline", "Original Traffic Source", "Number of Associated Contacts",
                "Number of Sales Activities",
                "Next step", "Deal Description", "Associated Company", "Associated Contact",
            ], quotesAll: true, lineEnd: "\n"),
        Columns(
            id: "Record ID", outcome: ["Deal Stage"],
            flags: ["--outcome", "Deal Stage", "--positive", "Closed Won", "--negative", "Closed Lost"],
            created: "Create Date"), MadeUpDeal.some(240, seed: 1)
    ) { deal in
        let stages = [
            "Appointment Scheduled", "Qualified To Buy", "Presentation Scheduled", "Decision Maker Bought-In",
        ]
        let stage =
            switch deal.end {
            case .won: "Closed Won"
            case .lost: "Closed Lost"
            case .open: stages[deal.progress]
            }
        return [
            "\(8_812_300_000 + deal.number * 977)",
            "\(deal.company) - \(deal.isExistingBusiness ? "Renewal" : "New Deal")",
            stage, deal.closes.written("yyyy-MM-dd HH:mm"), deal.owner, "\(deal.amount)",
            deal.created.written("yyyy-MM-dd HH:mm"), deal.isExistingBusiness ? "Existing Business" : "New Business",
            "Sales Pipeline", ["Offline Sources", "Paid Search", "Organic Search", "Referrals"][deal.source],
            "\(1 + deal.number % 3)", "\(deal.visits)", "",
            deal.number % 5 == 0 ? "Asked for a \"quick\" call,\nthen mail" : "",
            deal.company, "\(deal.person) (\(deal.email))",
        ]
    }

    /// Contacts: who became a customer says the lifecycle stage, and who did not the lead status.
    static let hubSpotContacts = MadeUpExport(
        "HubSpot contacts", file: "hubspot-crm-exports-all-contacts-2025-07-01.csv",
        Layout(
            header: [
                "Record ID - Contact", "First Name", "Last Name", "Email", "Phone Number", "Contact owner",
                "Lifecycle Stage", "Lead Status", "Create Date", "Original Traffic Source", "Number of Pageviews",
                "Number of Employees", "Job Title", "Company Name", "Marketing contact status",
                "Favorite Content Topics",
            ], quotesAll: true, lineEnd: "\n"),
        Columns(
            id: "Record ID - Contact", outcome: ["Lifecycle Stage", "Lead Status"],
            flags: ["--positive-when", "Lifecycle Stage=Customer", "--negative-when", "Lead Status=Unqualified"],
            created: "Create Date"),
        MadeUpDeal.some(280, seed: 2)
    ) { deal in
        let (lifecycle, status) =
            switch deal.end {
            case .won: ("Customer", "Connected")
            case .lost: (["Lead", "Marketing Qualified Lead"][deal.progress % 2], "Unqualified")
            case .open:
                (
                    ["Lead", "Marketing Qualified Lead", "Sales Qualified Lead", "Lead"][deal.progress],
                    ["New", "Open", "In Progress", "Attempted to Contact"][deal.number % 4]
                )
            }
        return [
            "\(51_200 + deal.number * 50)", deal.firstName, deal.lastName, deal.email,
            deal.number % 4 == 0 ? "" : deal.phone, deal.owner, lifecycle, status,
            deal.created.written("yyyy-MM-dd HH:mm"),
            ["Direct Traffic", "Paid Social", "Organic Search", "Referrals"][deal.source], "\(deal.visits)",
            deal.number % 6 == 0 ? "" : "\(deal.employees)",
            ["CEO", "Head of Sales", "Buyer", ""][deal.number % 4], deal.company,
            deal.isExistingBusiness ? "Marketing contact" : "Non-marketing contact",
            ["", "Pricing; Security", "Webinars"][deal.number % 3],
        ]
    }
}
