import LeadModel
import Redis

extension Registry {
    /// Sets the ranges of an entity's grades. The grades of stored scores follow by a walk, which the same step asks for.
    public func setRanges(_ ranges: GradeRanges, of entity: Entity, organization: String) throws {
        _ = try change(
            "grades set", of: organization, entity: entity, detail: ranges.words, script: .setOrganization
        ) { [OrganizationSettings.gradesField(entity), ranges.text] }
    }
}
