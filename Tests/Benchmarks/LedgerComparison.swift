import Foundation
import LeadModel
import Ledger

/// What sellers wait for a page of the ledger's open leads, beside a ledger of a tenth: of every order, alone and with a
/// filter; page 1,000 beside page 1; a series of 400 points beside the first page. Each as one process sees it that asked
/// before, in turns with the others.
struct LedgerComparison {
    static let small = 100_000
    private static let limit = 25
    private static let rounds = 301

    var listed: Int
    var folder: String

    func run() throws -> LedgerFigures {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var figures = LedgerFigures(records: [Self.small, listed])
        var subjects: [Subject] = []
        for count in figures.records {
            let path = "\(folder)/ledger-\(count).sqlite"
            let made = try MadeUpLedger(records: count, path: path)
            figures.bytes.append(made.bytes)
            figures.scorings.append(made.scorings)
            subjects.append(try Subject(made))
            note("a ledger of \(count) open leads and \(made.scorings) scorings: \(made.bytes) bytes")
        }
        for order in ListingQuery.Order.allCases {
            for filter in Filter.allCases {
                note("first pages by \(order.rawValue), \(filter.words)")
                let times = try measured(subjects) { subject, turn in
                    _ = try subject.page(order, filter, turn, after: nil)
                }
                figures.first["\(order.rawValue), \(filter.words)"] = .init(times)
            }
        }
        for order in ListingQuery.Order.allCases {
            note("page 1000 by \(order.rawValue)")
            let cursors = try subjects.map { try $0.cursor(ofPage: 1000, order) }
            let times = try cursors.indices.map { index in
                try measured([(subjects[index], nil), (subjects[index], cursors[index])]) { pair, turn in
                    _ = try pair.0.page(order, .none, turn, after: pair.1)
                }
            }
            // Of the large ledger.
            figures.later[order.rawValue] = .init(times[1])
        }
        note("series")
        figures.series = .init(
            try measured([true, false]) { isPage, turn in
                if isPage {
                    _ = try subjects[1].page(.score, .none, turn, after: nil)
                } else {
                    try subjects[1].series(turn)
                }
            })
        return figures
    }

    /// - Returns: the median of each, in microseconds.
    private func measured<Of>(_ all: [Of], _ work: (Of, Int) throws -> Void) throws -> [Double] {
        var times = [[Double]](repeating: [], count: all.count)
        for turn in 0..<Self.rounds {
            for (index, one) in all.enumerated() {
                let begin = ContinuousClock.now
                try work(one, turn)
                times[index].append((ContinuousClock.now - begin) / .microseconds(1))
            }
        }
        return times.map(\.median)
    }

    private enum Filter: CaseIterable {
        case none, seller, queue, grade

        var words: String {
            switch self {
            case .none: "all"
            case .seller: "of a seller"
            case .queue: "of an owner of a tenth"
            case .grade: "of a grade"
            }
        }
    }

    private struct Subject {
        let made: MadeUpLedger
        let ledger: LedgerReader

        init(_ made: MadeUpLedger) throws {
            self.made = made
            ledger = try LedgerReader(made.path)
        }

        func page(_ order: ListingQuery.Order, _ filter: Filter, _ turn: Int, after cursor: String?) throws
            -> ListingPage
        {
            var query = ListingQuery(organization: MadeUpLedger.organization, entity: .lead)
            query.order = order
            switch filter {
            case .none: break
            case .seller: query.filters = [.owner(MadeUpLedger.seller(turn * 7 % made.sellers))]
            case .queue: query.filters = [.owner(MadeUpLedger.queue)]
            case .grade: query.filters = [.grade(Grade.allCases[turn % Grade.allCases.count])]
            }
            let page = try ledger.list(query, limit: limit, after: cursor, now: made.now)
            guard page.rows.count == limit else { throw BenchError("a page of the bench is not full") }
            return page
        }

        func cursor(ofPage number: Int, _ order: ListingQuery.Order) throws -> String? {
            var cursor: String?
            for _ in 1..<number { cursor = try page(order, .none, 0, after: cursor).next }
            return cursor
        }

        func series(_ turn: Int) throws {
            let id = MadeUpLedger.id(ofLong: turn % made.longSeries)
            let series = try ledger.series(
                of: id, organization: MadeUpLedger.organization, entity: .lead, withEvidence: false)
            guard series.count == MadeUpLedger.longest else { throw BenchError("a series of the bench is not whole") }
        }
    }
}
