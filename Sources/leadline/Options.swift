import ArgumentParser
import Contract
import LeadModel
import Registry

extension Entity: ExpressibleByArgument {}

/// Which organization and entity a command is about.
struct Target: ParsableArguments {
    @Option(help: "The organization.")
    var org = "default"

    @Option(help: "What is scored: lead or opportunity.")
    var entity = Entity.lead

    func validate() throws {
        guard Contract.Organization.isValid(org) else {
            throw ValidationError("--org: a name has 1 to 40 of a–z, 0–9 and -, not \(org.debugDescription)")
        }
        guard entity == .lead else { throw ValidationError("--entity: opportunities are not yet supported") }
    }
}

extension Registry {
    /// The settings of an organization.
    func need(_ name: String) throws -> OrganizationSettings {
        if let settings = try settings(of: name) { return settings }
        let known = try organizations()
        throw Failure(
            .data,
            "there is no organization \(name). "
                + (known.isEmpty
                    ? "Make it with `leadline org create \(name)`" : "There are \(known.joined(separator: ", "))"))
    }
}
