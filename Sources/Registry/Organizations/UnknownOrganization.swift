/// There is no organization of this name in the registry.
public struct UnknownOrganization: Error, Equatable {
    public let name: String
    /// All that exist, by name.
    public let existing: [String]
}

extension RegistryReader {
    /// - Throws: `UnknownOrganization`; `RedisError`.
    public func requiredSettings(of name: String) throws -> OrganizationSettings {
        if let settings = try settings(of: name) { return settings }
        throw UnknownOrganization(name: name, existing: try organizations())
    }
}
