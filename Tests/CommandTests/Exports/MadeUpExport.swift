import Foundation
import TestKit
import Testing

/// A file as a CRM exports it, and what is in it.
struct MadeUpExport: CustomTestStringConvertible, Sendable {
    var crm: String
    var fileName: String
    var bytes: [UInt8]
    /// The same file without the rows of open records.
    var closedBytes: [UInt8]
    var columns: Columns
    var counts: Counts

    struct Columns: Sendable {
        var id: String
        /// The columns that say how a record ended: one, or several that say it together.
        var outcome: [String]
        /// As a person who knows the CRM would say it.
        var flags: [String]
        var created: String

        /// Those of a file without open records: a value that no row has is refused.
        var flagsWithoutOpen: [String] {
            stride(from: 0, to: flags.count, by: 2).filter { !flags[$0].hasPrefix("--open") }
                .flatMap { [flags[$0], flags[$0 + 1]] }
        }
    }

    struct Counts: Equatable, Sendable {
        var won = 0
        var lost = 0
        var open = 0
    }

    var testDescription: String { crm }

    var entity: String { crm == "HubSpot contacts" ? "lead" : "opportunity" }

    /// How a CRM writes its files.
    struct Layout {
        var header: [String]
        var delimiter = ","
        var quotesAll = false
        var lineEnd = "\r\n"
        var hasByteOrderMark = false
        /// Lines before the header and after the rows, as they are.
        var title: [String] = []
        var footer: [String] = []

        func bytes(_ rows: [[String]]) -> [UInt8] {
            let lines = title + ([header] + rows).map { $0.map(field).joined(separator: delimiter) } + footer
            return (hasByteOrderMark ? [0xEF, 0xBB, 0xBF] : []) + Array(lines.map { $0 + lineEnd }.joined().utf8)
        }

        private func field(_ text: String) -> String {
            let needsQuotes = text.contains(delimiter) || text.contains("\"") || text.contains("\n")
            guard quotesAll || needsQuotes else { return text }
            return "\"" + text.replacing("\"", with: "\"\"") + "\""
        }
    }

    init(
        _ crm: String, file: String, _ layout: Layout, _ columns: Columns, _ deals: [MadeUpDeal],
        row: (MadeUpDeal) -> [String]
    ) {
        (self.crm, fileName, self.columns, counts) = (crm, file, columns, Counts())
        for deal in deals {
            precondition(row(deal).count == layout.header.count, "\(crm): a row is not as long as the header")
            switch deal.end {
            case .won: counts.won += 1
            case .lost: counts.lost += 1
            case .open: counts.open += 1
            }
        }
        bytes = layout.bytes(deals.map(row))
        closedBytes = layout.bytes(deals.filter { $0.end != .open }.map(row))
    }

    static let all: [MadeUpExport] = [
        hubSpotDeals, hubSpotContacts, salesforceReport, salesforceObjects, dynamics, pipedrive, zoho, odoo, bitrix,
        suiteCRM, vtiger,
    ]
}
