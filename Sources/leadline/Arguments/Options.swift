import ArgumentParser
import Contract
import LeadModel

extension Entity: ExpressibleByArgument {}

extension Moment: ExpressibleByArgument {
    /// The date that a flag gives: as files of records write it.
    public init?(argument: String) { self.init(inFile: argument) }
}

/// Which organization and entity a command is about.
struct Target: ParsableArguments {
    @Option(help: ArgumentHelp("The organization.", valueName: "name"))
    var org = "default"

    @Option(help: "What is scored.")
    var entity = Entity.lead

    func validate() throws {
        try OrganizationArgument.validate(org, "--org")
    }

    /// The flags that another command needs to be about the same; nothing for the defaults.
    var flags: String {
        (org == "default" ? "" : " --org \(org)") + (entity == .lead ? "" : " --entity \(entity.rawValue)")
    }
}

/// Names of organizations.
enum OrganizationArgument {
    /// - Parameter argument: what is to be named in the error.
    static func validate(_ name: String, _ argument: String) throws {
        guard Contract.OrganizationName.isValid(name) else {
            throw ValidationError("\(argument) must be 1 to 40 of a–z, 0–9 and -, not \(name.debugDescription)")
        }
    }
}
