import ArgumentParser
import LeadModel
import Views

struct OutcomesCommand: SettingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "outcomes",
        abstract: "How scored records turned out: conversion by grade and score, calibration, AUC.",
        discussion: """
            It counts the records that were closed, each by the score that it had then. Each rate has its 95 % interval, \
            which is wide for few records. Records without a score when they were closed are not counted. It reads the \
            ledger, which keeps closed records for 400 days (ledger.days), and needs neither RabbitMQ nor Redis.

            leadline outcomes --since 2026-07 --by month
            """)

    enum Breakdown: String, CaseIterable, ExpressibleByArgument { case grade, band, month, version }

    @OptionGroup var target: Target
    @Option(help: ArgumentHelp("Only records closed since \(PointInTime.help).", valueName: "date"))
    var since: PointInTime?
    @Option(help: ArgumentHelp("Only records closed up to the end of this day or month.", valueName: "date"))
    var until: PointInTime?
    @Option(help: ArgumentHelp("Only records scored by this model.", valueName: "name"))
    var model: String?
    @Option(
        name: .customLong("model-version"),
        help: ArgumentHelp("Only records scored by this version.", valueName: "number"))
    var modelVersion: Int?
    @Option(
        help: ArgumentHelp(
            "Show only this table: \(Breakdown.allCases.map(\.rawValue).joined(separator: ", ")); can be repeated.",
            valueName: "what"))
    var by: [Breakdown] = []
    @Flag(help: "Print JSON, with all tables.") var json = false

    func run(_ settings: Settings) throws {
        let now = Moment.present.adding(seconds: settings.clockOffset)
        let opened = try OpenedLedger(settings)
        let view = try OutcomesView(
            .init(
                organization: target.org, entity: target.entity, from: since?.start(now), through: until?.end(now),
                model: model, version: modelVersion), in: opened.ledger)
        defer { opened.warnIfNotUpdated() }
        if json { return try printJSON(view) }
        print(
            OutcomesText(view, width: Terminal.width).text(by.isEmpty ? Breakdown.allCases : by, isChosen: !by.isEmpty))
    }
}
