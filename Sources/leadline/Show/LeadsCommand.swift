import ArgumentParser

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
