import ArgumentParser
import Foundation
import Glibc
import LeadModel
import Ledger
import Views

struct LeadsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "leads", abstract: "Lists open leads, the best first.", discussion: ListingFlags.discussion)

    @OptionGroup var flags: ListingFlags

    func run() throws { try flags.list(.lead, command: "leads") }
}

struct OpportunitiesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "opportunities", abstract: "Lists open opportunities, the best first.",
        discussion: ListingFlags.discussion)

    @OptionGroup var flags: ListingFlags

    func run() throws { try flags.list(.opportunity, command: "opportunities") }
}

/// What a listing takes, whatever it lists.
struct ListingFlags: ParsableArguments {
    static let discussion = """
        It reads the ledger, which `leadline up` or `leadline ledger run` keeps, and needs neither RabbitMQ nor Redis. \
        Filters can be given together; each leaves only what it says.

        --text finds words by their beginnings, in name, owner and id: `--text 'mül gm'` finds "Müller GmbH".
        """

    @Option(help: ArgumentHelp("The organization.", valueName: "name")) var org = "default"
    @Option(
        help: ArgumentHelp(
            "score: the best first; age: the newest; owner, name: by alphabet; scored: the last scored first.",
            valueName: "order"))
    var by = ListingQuery.Order.score
    @Flag(help: "Turns the order around.") var reverse = false
    @Option(help: ArgumentHelp("Of this owner, whichever case or accents; '' for those of none.", valueName: "name"))
    var owner: String?
    @Option(help: "Of this grade.") var grade: Grade?
    @Option(help: "Whose score moved so.") var trend: Trend?
    @Option(help: ArgumentHelp("Scored by this model.", valueName: "name")) var model: String?
    @Option(help: ArgumentHelp("Scored by this version of --model.", valueName: "number")) var modelVersion: Int?
    @Option(help: ArgumentHelp("At least so many days old.", valueName: "days")) var minAge: Int?
    @Option(help: ArgumentHelp("At most so many days old.", valueName: "days")) var maxAge: Int?
    @Option(help: ArgumentHelp("With words that begin so.", valueName: "words")) var text: String?
    @Flag(help: "Those without a score.") var unscored = false
    @Option(help: ArgumentHelp("Rows of a page, 1 to 1000.", valueName: "n")) var limit = 25
    @Option(help: ArgumentHelp("The next page: what the one before gave as its next.", valueName: "cursor"))
    var after: String?
    @Flag(help: "As JSON.") var json = false

    func validate() throws {
        try OrganizationArgument.validate(org, "--org")
        guard (1...1000).contains(limit) else { throw ValidationError("--limit must be 1 to 1000") }
        for (name, days) in [("--min-age", minAge), ("--max-age", maxAge)]
        where days.map({ !(0...36_500).contains($0) }) == true {
            throw ValidationError("\(name) must be 0 to 36500 days")
        }
        if let minAge, let maxAge, minAge > maxAge { throw ValidationError("--min-age is above --max-age") }
        if modelVersion != nil, model == nil {
            throw ValidationError("--model-version is of a model: give --model too")
        }
        if unscored, grade != nil || trend != nil || model != nil {
            throw ValidationError("--unscored has no grade, trend or model: give one or the other")
        }
    }

    func list(_ entity: Entity, command: String) throws {
        var query = ListingQuery(organization: org, entity: entity)
        (query.order, query.isReversed, query.isUnscored) = (by, reverse, unscored)
        (query.owner, query.grade, query.trend, query.text) = (owner, grade, trend, text)
        (query.model, query.version, query.leastAge, query.mostAge) = (model, modelVersion, minAge, maxAge)
        let opened = try OpenedLedger()
        let view = try ListingView(query, limit: limit, after: after, now: .now, in: opened.ledger)
        defer { opened.warnIfNotUpdated() }
        if json { return try printJSON(view) }
        guard !view.page.rows.isEmpty else {
            let isAll = query == Self.plain(query)
            return print("no open \(entity.plural) \(isAll ? "of \(org) in the ledger" : "match")")
        }
        let isTerminal = isatty(STDOUT_FILENO) == 1
        // Nothing is cut off in a file.
        print(ListingText(view).render(width: isTerminal ? Terminal.width : Int.max))
        guard let next = view.page.next else { return }
        let more = "more: \(words(command).joined(separator: " ")) --after \(next)"
        if isTerminal { print("\n" + more) } else { printError(more) }
    }

    /// The same without filters.
    private static func plain(_ query: ListingQuery) -> ListingQuery {
        var plain = ListingQuery(organization: query.organization, entity: query.entity)
        (plain.order, plain.isReversed) = (query.order, query.isReversed)
        return plain
    }

    /// The command that gave this page.
    private func words(_ command: String) -> [String] {
        var words = ["leadline", command]
        func add(_ flag: String, _ value: String?) { if let value { words += [flag, value.shellWord] } }
        if org != "default" { add("--org", org) }
        if by != .score { add("--by", by.rawValue) }
        if reverse { words.append("--reverse") }
        add("--owner", owner)
        add("--grade", grade?.rawValue)
        add("--trend", trend?.rawValue)
        add("--model", model)
        add("--model-version", modelVersion.map(String.init))
        add("--min-age", minAge.map(String.init))
        add("--max-age", maxAge.map(String.init))
        add("--text", text)
        if unscored { words.append("--unscored") }
        if limit != 25 { add("--limit", String(limit)) }
        return words
    }
}

extension ListingQuery.Order: ExpressibleByArgument {}
extension Trend: ExpressibleByArgument {}

extension Grade: ExpressibleByArgument {
    public init?(argument: String) { self.init(rawValue: argument.uppercased()) }
}

extension String {
    /// As a shell takes it for one word.
    fileprivate var shellWord: String {
        let isPlain = !isEmpty && utf8.allSatisfy { ($0 | 0x20 >= 97 && $0 | 0x20 <= 122) || (45...58).contains($0) }
        return isPlain ? self : "'" + replacing("'", with: "'\\''") + "'"
    }
}
