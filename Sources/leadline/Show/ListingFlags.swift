import ArgumentParser
import Foundation
import Glibc
import LeadModel
import Ledger
import Views

/// The flags of a listing of leads or opportunities.
struct ListingFlags: ParsableArguments {
    static let discussion = """
        It reads the ledger, which `leadline up` or `leadline ledger run` updates, and needs neither RabbitMQ nor Redis. \
        Filters can be combined: a listed record matches all of them.

        --text finds words in name, owner and id by their beginnings: `--text 'mül gm'` finds "Müller GmbH".
        """

    @Option(help: ArgumentHelp("The organization.", valueName: "name")) var org = "default"
    @Option(
        help: ArgumentHelp(
            "score: best first; age: newest first; owner, name: alphabetical; scored: last scored first.",
            valueName: "order"))
    var by = ListingQuery.Order.score
    @Flag(help: "Reverse the order.") var reverse = false
    @Option(
        help: ArgumentHelp(
            "Only this owner's, ignoring case and accents; '' for records without an owner.", valueName: "name"))
    var owner: String?
    @Option(help: "Only this grade.") var grade: Grade?
    @Option(help: "Only scores with this trend.") var trend: Trend?
    @Option(help: ArgumentHelp("Only records scored by this model.", valueName: "name")) var model: String?
    @Option(help: ArgumentHelp("Only records scored by this version of --model.", valueName: "number"))
    var modelVersion: Int?
    @Option(help: ArgumentHelp("Only records at least this many days old.", valueName: "days")) var minAge: Int?
    @Option(help: ArgumentHelp("Only records at most this many days old.", valueName: "days")) var maxAge: Int?
    @Option(help: ArgumentHelp("Only records with words that begin like this.", valueName: "words")) var text: String?
    @Flag(help: "Only records without a score.") var unscored = false
    @Option(help: ArgumentHelp("Rows per page, 1 to 1000.", valueName: "n")) var limit = 25
    @Option(help: ArgumentHelp("Show the next page: the cursor that the page before gave.", valueName: "cursor"))
    var after: String?
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        try OrganizationArgument.validate(org, "--org")
        guard (1...1000).contains(limit) else { throw ValidationError("--limit must be 1 to 1000") }
        for (name, days) in [("--min-age", minAge), ("--max-age", maxAge)]
        where days.map({ !(0...36_500).contains($0) }) == true {
            throw ValidationError("\(name) must be 0 to 36500 days")
        }
        if let minAge, let maxAge, minAge > maxAge { throw ValidationError("--min-age is above --max-age") }
        if modelVersion != nil, model == nil {
            throw ValidationError("--model-version needs --model: give both")
        }
        if unscored, grade != nil || trend != nil || model != nil {
            throw ValidationError("--unscored can't be combined with --grade, --trend or --model")
        }
    }

    private var filters: [ListingFilter] { ListingFilter.Kind.allCases.compactMap(filter) }

    private func filter(_ kind: ListingFilter.Kind) -> ListingFilter? {
        switch kind {
        case .owner: owner.map { .owner($0) }
        case .grade: grade.map { .grade($0) }
        case .trend: trend.map { .trend($0) }
        case .model: model.map { .model($0, version: modelVersion) }
        case .age: minAge == nil && maxAge == nil ? nil : .age(atLeast: minAge, atMost: maxAge)
        case .text: text.map { .text($0) }
        case .unscored: unscored ? .unscored : nil
        }
    }

    func list(_ entity: Entity, command: String, _ settings: Settings) throws {
        var query = ListingQuery(organization: org, entity: entity)
        (query.order, query.isReversed, query.filters) = (by, reverse, filters)
        let opened = try OpenedLedger(settings)
        let view = try ListingView(query, limit: limit, after: after, now: .present, in: opened.ledger)
        defer { opened.warnIfNotUpdated() }
        if json { return try printJSON(view) }
        guard !view.page.rows.isEmpty else {
            return print("no open \(entity.plural) \(filters.isEmpty ? "of \(org) in the ledger" : "match")")
        }
        let isTerminal = isatty(STDOUT_FILENO) == 1
        // Nothing is cut off in a file.
        print(ListingText(view).render(width: isTerminal ? Terminal.width : Int.max))
        guard let next = view.page.next else { return }
        let more = "more: \(words(command).joined(separator: " ")) --after \(next)"
        if isTerminal { print("\n" + more) } else { printError(more) }
    }

    /// The command that printed this page.
    private func words(_ command: String) -> [String] {
        var words = ["leadline", command]
        if org != "default" { words += ["--org", org] }
        if by != .score { words += ["--by", by.rawValue] }
        if reverse { words.append("--reverse") }
        words += filters.flatMap(\.flags)
        if limit != 25 { words += ["--limit", String(limit)] }
        return words.map(\.shellWord)
    }
}

extension ListingFilter {
    /// The flags that give this filter.
    fileprivate var flags: [String] {
        func flag(_ name: String, _ number: Int?) -> [String] { number.map { [name, String($0)] } ?? [] }
        return switch self {
        case .owner(let owner): ["--owner", owner]
        case .grade(let grade): ["--grade", grade.rawValue]
        case .trend(let trend): ["--trend", trend.rawValue]
        case .model(let model, let version): ["--model", model] + flag("--model-version", version)
        case .age(let least, let most): flag("--min-age", least) + flag("--max-age", most)
        case .text(let text): ["--text", text]
        case .unscored: ["--unscored"]
        }
    }
}

extension ListingQuery.Order: ExpressibleByArgument {}
extension Trend: ExpressibleByArgument {}

extension Grade: ExpressibleByArgument {
    public init?(argument: String) { self.init(rawValue: argument.uppercased()) }
}

extension String {
    /// Quoted if a shell would not take it for one word.
    fileprivate var shellWord: String {
        let isPlain = !isEmpty && utf8.allSatisfy { ($0 | 0x20 >= 97 && $0 | 0x20 <= 122) || (45...58).contains($0) }
        return isPlain ? self : "'" + replacing("'", with: "'\\''") + "'"
    }
}
