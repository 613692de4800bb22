import ArgumentParser
import LeadModel

extension RecordKind: ExpressibleByArgument {}

/// The organization and kind of record that a command is about; accounts and contacts too.
struct RecordTarget: ParsableArguments {
    @Option(help: ArgumentHelp("The organization.", valueName: "name"))
    var org = "default"

    @Option(help: "The kind of record.")
    var entity = RecordKind.lead

    func validate() throws { try OrganizationArgument.validate(org, "--org") }
}
