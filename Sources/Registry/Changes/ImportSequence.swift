import LeadModel
import Redis

extension RegistryWriter {
    /// The `sequence` of an import's events. It decides between events of one time, so a later import that reads its file
    /// otherwise must have a greater one than all before. An import that is run again must keep its own: then it publishes
    /// the same events.
    ///
    /// It is the time in milliseconds at which this definition of the import was first used since another one was, stored
    /// in the hash of the settings.
    ///
    /// - Parameter definition: a hash of how the file is read.
    public func importSequence(of organization: String, kind: RecordKind, definition: UInt64) throws -> ImportSequence {
        let (settings, field) = (Keyspace.OrganizationKeys(organization).settings, "imports:\(kind.rawValue)")
        let name = String(definition, radix: 16)
        let former = (try redis.call("HGET", settings, field).text ?? "").split(separator: " ")
        let last = former.count == 2 ? Int64(former[1]) : nil
        if let last, former.first.map(String.init) == name { return ImportSequence(milliseconds: last) }
        let new = ImportSequence(milliseconds: max(try now().milliseconds, (last ?? 0) + 1))
        try redis.call("HSET", settings, field, "\(name) \(new.milliseconds)")
        return new
    }
}

/// A CloudEvents `sequence` that is a time.
public struct ImportSequence: Equatable, Sendable {
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Of fixed length, since sequences are compared byte by byte.
    public var text: String {
        let digits = String(milliseconds)
        return String(repeating: "0", count: max(0, 16 - digits.count)) + digits
    }
}
