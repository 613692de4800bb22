import ArgumentParser

/// The flags of `rejected list` and `undelivered list`.
struct ParkedListingFlags: ParsableArguments {
    @Option(help: ArgumentHelp("Show at most this many.", valueName: "n")) var limit = 100
    @Option(help: ArgumentHelp("Only those of this organization.", valueName: "name")) var org: String?
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit must be at least 1") }
        if let org { try OrganizationArgument.validate(org, "--org") }
    }
}
