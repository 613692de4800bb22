/// A model's name and the number of its version: 1, 2, … per organization, entity and name.
public struct ModelVersion: Hashable, Sendable, CustomStringConvertible {
    public var name: String
    public var version: Int

    public init(name: String, version: Int) { (self.name, self.version) = (name, version) }

    public var description: String { "\(name) \(version)" }
}
