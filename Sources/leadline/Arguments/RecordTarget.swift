import ArgumentParser
import LeadModel
import Registry

extension RecordKind: ExpressibleByArgument {}

/// Which organization and kind of record a command is about, where accounts and contacts are meant too.
struct RecordTarget: ParsableArguments {
    @Option(help: ArgumentHelp("The organization.", valueName: "name"))
    var org = "default"

    @Option(help: "The kind of record.")
    var entity = RecordKind.lead

    func validate() throws { try OrganizationArgument.validate(org, "--org") }

    func place(_ id: Exact, _ settings: OrganizationSettings) -> RecordStore.Place {
        .init(partition: Partition(of: id, kind: entity, organization: org, count: settings.partitions), id: id)
    }
}
