import ArgumentParser
import Foundation
import LeadModel
import Ledger

struct OutcomesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outcomes",
        abstract: "How scored records turned out: conversion by grade and score, calibration, AUC.",
        discussion: """
            It counts the records that ended, each by the score that it had when it was closed. Each rate has its 95 % \
            interval: where few records stand behind it, that is wide. Records that had no score when they ended count nowhere. It \
            reads the ledger, which keeps closed records for 400 days (ledger.days), and needs no broker or Redis.

            leadline outcomes --since 2026-07 --by month
            """)

    enum Table: String, CaseIterable, ExpressibleByArgument { case grade, band, month, version }

    @OptionGroup var target: Target
    @Option(help: ArgumentHelp("Those that ended since then: \(PointInTime.help).", valueName: "date"))
    var since: PointInTime?
    @Option(help: ArgumentHelp("Up to then; a day or month counts to its end.", valueName: "date"))
    var until: PointInTime?
    @Option(help: ArgumentHelp("Those that a model of this name scored.", valueName: "name"))
    var model: String?
    @Option(
        name: .customLong("model-version"),
        help: ArgumentHelp("Those that this version of a model scored.", valueName: "number"))
    var modelVersion: Int?
    @Option(
        help: ArgumentHelp(
            "Show only this table: \(Table.allCases.map(\.rawValue).joined(separator: ", ")); can be repeated.",
            valueName: "what"))
    var by: [Table] = []
    @Flag(help: "As JSON, with all of them.") var json = false

    func run() throws {
        let settings = try Settings.read()
        let now = Moment(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
            .adding(seconds: settings.clockOffset)
        let (from, through) = (since?.start(now), until?.end(now))
        if let from, let through, from > through {
            throw Failure(.usage, "--since \(from.text) is later than --until \(through.text): exchange them")
        }
        let opened = try OpenedLedger()
        let outcomes = try opened.ledger.outcomes(
            .init(
                organization: target.org, entity: target.entity, from: from, through: through, model: model,
                version: modelVersion))
        defer { opened.sayIfLeft() }
        if json {
            var shape = OutcomesShape(outcomes, org: target.org, target.entity)
            (shape.since, shape.until, shape.model, shape.version) = (from?.text, through?.text, model, modelVersion)
            return try printJSON(shape)
        }
        print(
            OutcomesText(outcomes, org: target.org, target.entity, width: Terminal.width)
                .text(by.isEmpty ? Table.allCases : by, isChosen: !by.isEmpty))
    }
}
