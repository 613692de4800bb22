extension MadeUpExport {
    /// Deals in Russian, separated by semicolons.
    static let bitrix = MadeUpExport(
        "Bitrix24 (Russian)", file: "DEAL_20250701_a1b2c3d4.csv",
        Layout(
            header: [
                "ID", "Воронка", "Стадия сделки", "Повторная сделка", "Название сделки", "Тип", "Источник", "Сумма",
                "Валюта", "Компания", "Контакт", "Ответственный", "Дата создания", "Дата изменения", "Дата начала",
                "Предполагаемая дата закрытия", "Сделка закрыта", "Комментарий",
            ], delimiter: ";", quotesAll: true, hasByteOrderMark: true),
        Columns(
            id: "ID", outcome: ["Стадия сделки"],
            flags: ["--outcome", "Стадия сделки", "--positive", "Сделка успешна", "--negative", "Сделка провалена"],
            created: "Дата создания"), MadeUpDeal.some(250, seed: 9)
    ) { deal in
        let stage =
            switch deal.end {
            case .won: "Сделка успешна"
            case .lost: "Сделка провалена"
            case .open: ["Новая", "Подготовка документов", "Счёт на предоплату", "В работе"][deal.progress]
            }
        return [
            "\(5000 + deal.number)", "Общая", stage, deal.isExistingBusiness ? "Да" : "Нет",
            "Сделка №\(5000 + deal.number)",
            ["Продажа", "Услуги"][deal.number % 2], ["Звонок", "Реклама", "Веб-сайт", "По рекомендации"][deal.source],
            "\(deal.amount).00", "Российский рубль", deal.company, deal.person, "Ким Ларссон",
            deal.created.written("dd.MM.yyyy HH:mm:ss"), deal.closes.written("dd.MM.yyyy HH:mm:ss"),
            deal.created.written("dd.MM.yyyy"), deal.closes.written("dd.MM.yyyy"), deal.end == .open ? "Нет" : "Да", "",
        ]
    }
}
