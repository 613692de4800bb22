import ArgumentParser
import Contract
import LeadModel

extension Entity: ExpressibleByArgument {}
extension DateOrder: ExpressibleByArgument {}
extension DecimalSign: ExpressibleByArgument {}

extension Moment: ExpressibleByArgument {
    /// From a date as files of records write it.
    public init?(argument: String) { self.init(inFile: argument) }
}

/// The organization and entity that a command is about.
struct Target: ParsableArguments {
    @Option(help: ArgumentHelp("The organization.", valueName: "name"))
    var org = "default"

    @Option(help: "What is scored.")
    var entity = Entity.lead

    func validate() throws {
        try OrganizationArgument.validate(org, "--org")
    }

    /// Flags that make a suggested command target the same organization and entity; empty for the defaults.
    var flags: String { Self.flags(org, entity) }

    static func flags(_ org: String, _ entity: Entity) -> String {
        (org == "default" ? "" : " --org \(org)") + (entity == .lead ? "" : " --entity \(entity.rawValue)")
    }
}

/// Names of organizations.
enum OrganizationArgument {
    /// - Parameter argument: its name in the error.
    static func validate(_ name: String, _ argument: String) throws {
        guard Contract.OrganizationName.isValid(name) else {
            throw ValidationError("\(argument) must be 1 to 40 of a–z, 0–9 and -, not \(name.debugDescription)")
        }
    }
}
