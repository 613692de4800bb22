extension MadeUpExport {
    /// Opportunities of the pipeline and its archive: won is a stage, and lost is an archived record.
    static let odoo = MadeUpExport(
        "Odoo", file: "Lead_Opportunity (crm.lead).csv",
        Layout(
            header: [
                "External ID", "Opportunity", "Customer", "Contact Name", "Email", "Phone", "Salesperson", "Sales Team",
                "Stage", "Active", "Expected Revenue", "Probability", "Priority", "Source", "Medium", "Tags",
                "Lost Reason", "Created on", "Closed Date",
            ], quotesAll: true, lineEnd: "\r\n"),
        Columns(
            id: "External ID", outcome: ["Stage", "Active"],
            flags: ["--positive-when", "Stage=Won", "--negative-when", "Active=False"], created: "Created on"),
        MadeUpDeal.some(240, seed: 8)
    ) { deal in
        let closed = deal.end == .open ? "" : deal.closes.written("yyyy-MM-dd HH:mm:ss")
        return [
            "__export__.crm_lead_\(deal.number + 14)_\(String(0xa1b2c3 + deal.number * 4099, radix: 16))",
            "\(deal.company)'s opportunity", deal.company, deal.person, deal.email, deal.phone, deal.owner, "Sales",
            deal.end == .won ? "Won" : ["New", "Qualified", "Proposition", "Qualified"][deal.progress],
            deal.end == .lost ? "False" : "True", "\(deal.amount).0",
            deal.end == .won ? "100.0" : deal.end == .lost ? "0.0" : "\(20 + deal.progress * 20).75",
            ["Low", "Medium", "High", "Very High"][deal.number % 4],
            ["Cold list", "Search engine", "Newsletter", "Referral"][deal.source],
            ["Phone", "Website", "Email"][deal.number % 3],
            deal.isExistingBusiness ? "Services,Renewal" : deal.number % 2 == 0 ? "Product" : "",
            deal.end == .lost ? ["Too expensive", "Not enough stock"][deal.number % 2] : "",
            deal.created.written("yyyy-MM-dd HH:mm:ss"), closed,
        ]
    }
}
