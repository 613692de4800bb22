import LeadModel
import Registry

/// Creates organizations and changes their settings. Each change is in the audit log.
public struct OrganizationAdministration: Sendable {
    private let deployment: Deployment

    public init(_ deployment: Deployment) { self.deployment = deployment }

    /// - Returns: false if it exists already, which changes nothing.
    public func create(_ name: String, _ settings: OrganizationSettings = OrganizationSettings()) throws -> Bool {
        try deployment.withRegistry { try $0.create(name, settings) }
    }

    /// - Parameters:
    ///   - detail: what is changed, for the audit log.
    ///   - change: applied to the settings as they are stored.
    /// - Throws: `UnknownOrganization`; `RedisError`; what `change` throws, before anything is changed.
    public func set(_ name: String, detail: String, _ change: (inout OrganizationSettings) throws -> Void) throws {
        try deployment.withRegistry { registry in
            let former = try registry.requiredSettings(of: name)
            var settings = former
            try change(&settings)
            try registry.set(settings, from: former, of: name, detail: detail)
        }
    }

    /// Sets the lowest scores of grades, or restores the standard ranges.
    ///
    /// - Parameter minimums: the grade below each ends just under it; nil for the standard ranges.
    /// - Returns: the ranges now. If they are new, a sweep regrades stored scores.
    /// - Throws: `GradesRefused`, before anything is changed; `UnknownOrganization`; `RedisError`.
    public func setGrades(
        _ minimums: [Grade: Int]?, of entity: Entity, organization: String
    ) throws -> GradeRanges {
        try deployment.withRegistry { registry in
            let former = try registry.requiredSettings(of: organization).ranges(entity)
            let ranges: GradeRanges
            do {
                ranges = try minimums.map { try former.setting($0) } ?? .standard
            } catch let refusal as GradeRanges.Invalid {
                throw GradesRefused(refusal: refusal, current: former)
            }
            if ranges != former { try registry.setRanges(ranges, of: entity, organization: organization) }
            return ranges
        }
    }

    /// The minimums are not valid ranges. The current ranges stay.
    public struct GradesRefused: Error {
        public let refusal: GradeRanges.Invalid
        public let current: GradeRanges
    }
}
