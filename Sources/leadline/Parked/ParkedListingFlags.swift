import ArgumentParser
import Operations
import Report

/// The flags of `rejected list` and `undelivered list`.
struct ParkedListingFlags: ParsableArguments {
    @Option(help: ArgumentHelp("Show at most this many.", valueName: "n")) var limit = 100
    @Option(help: ArgumentHelp("Only those of this organization.", valueName: "name")) var org: String?
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit must be at least 1") }
        if let org { try OrganizationArgument.validate(org, "--org") }
    }

    /// Prints a page as JSON, or as a table with a row per message.
    ///
    /// - Parameter what: "rejected messages".
    func show<Entry>(_ page: ParkedPage<Entry>, what: String, _ table: Table, _ row: (Entry) -> [String]) throws {
        if json { return try printJSON(page.entries) }
        if page.entries.isEmpty { return print("no \(what)\(org.map { " of \($0)" } ?? "")") }
        var table = table
        table.rows = page.entries.map(row)
        print(table.render())
        if limit < page.count { print("\n\(limit) of \(page.count); --limit shows more") }
    }
}
