import ArgumentParser

/// A command that needs settings. They are read once, before it runs.
protocol SettingsCommand: ParsableCommand {
    func run(_ settings: Settings) throws
}

extension SettingsCommand {
    func run() throws { try run(Settings.read()) }
}

/// The same for an asynchronous command.
protocol AsyncSettingsCommand: AsyncParsableCommand {
    func run(_ settings: Settings) async throws
}

extension AsyncSettingsCommand {
    func run() async throws { try await run(Settings.read()) }
}
