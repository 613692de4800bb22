import ArgumentParser

/// What a listing of a kept queue can be asked: `rejected list` and `undelivered list`.
struct ParkedListing: ParsableArguments {
    @Option(help: ArgumentHelp("At most so many.", valueName: "n")) var limit = 100
    @Option(help: ArgumentHelp("Those of this organization alone.", valueName: "name")) var org: String?
    @Flag(help: "As JSON.") var json = false

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit must be at least 1") }
        if let org { try OrganizationArgument.validate(org, "--org") }
    }
}
