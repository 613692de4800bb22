extension MadeUpExport {
    /// Deals of an account whose language is Portuguese: every header begins with what it is of.
    static let pipedrive = MadeUpExport(
        "Pipedrive (Portuguese)", file: "deals-7428260-2353.csv",
        Layout(
            header: [
                "Negócio - ID", "Negócio - Título", "Negócio - Valor", "Negócio - Moeda de Valor",
                "Negócio - Organização",
                "Negócio - Pessoa de contato", "Negócio - Etapa", "Negócio - Funil", "Negócio - Status",
                "Negócio - Negócio criado em", "Negócio - Atualizado em", "Negócio - Data de fechamento esperada",
                "Negócio - Ganho em", "Negócio - Data de perda", "Negócio - Motivo da perda", "Negócio - Fonte do Lead",
                "Negócio - Etiqueta", "Negócio - Atividades concluídas", "Negócio - Proprietário",
            ], quotesAll: true, lineEnd: "\n"),
        Columns(
            id: "Negócio - ID", outcome: ["Negócio - Status"],
            flags: ["--outcome", "Negócio - Status", "--positive", "Ganho", "--negative", "Perdido"],
            created: "Negócio - Negócio criado em"),
        MadeUpDeal.some(250, seed: 6)
    ) { deal in
        let closed = deal.closes.written("yyyy-MM-dd HH:mm:ss")
        return [
            "\(3100 + deal.number)", "Negócio \(deal.company)", "\(deal.amount)", "BRL", deal.company, deal.person,
            ["Qualificação", "Contato feito", "Demonstração agendada", "Negociações iniciadas"][deal.progress],
            "Funil de vendas",
            deal.end == .won ? "Ganho" : deal.end == .lost ? "Perdido" : "Aberto",
            deal.created.written("yyyy-MM-dd HH:mm:ss"), closed, deal.closes.written("yyyy-MM-dd"),
            deal.end == .won ? closed : "", deal.end == .lost ? closed : "",
            deal.end == .lost ? ["Preço", "Concorrência", "Sem resposta"][deal.number % 3] : "",
            ["Lista fria", "Anúncio", "Site", "Indicação"][deal.source],
            deal.isExistingBusiness ? "Cliente" : deal.number % 2 == 0 ? "Morno" : "", "\(deal.visits)", deal.owner,
        ]
    }
}
