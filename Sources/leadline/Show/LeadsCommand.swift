import ArgumentParser

struct LeadsCommand: SettingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "leads", abstract: "Lists open leads, the best first.", discussion: ListingFlags.discussion)

    @OptionGroup var flags: ListingFlags

    func run(_ settings: Settings) throws { try flags.list(.lead, command: "leads", settings) }
}

struct OpportunitiesCommand: SettingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "opportunities", abstract: "Lists open opportunities, the best first.",
        discussion: ListingFlags.discussion)

    @OptionGroup var flags: ListingFlags

    func run(_ settings: Settings) throws { try flags.list(.opportunity, command: "opportunities", settings) }
}
