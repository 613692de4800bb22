/// Which open records a model scores: those of a process, where it names one, that its filter lets through, where it has one.
public struct ModelScope: Equatable, Sendable, Codable {
    /// Compared as a category. Nil: of any process and of none.
    public var process: String?
    public var filter: RecordFilter?

    public init(process: String? = nil, filter: RecordFilter? = nil) { (self.process, self.filter) = (process, filter) }

    public static let everything = ModelScope()

    /// Whether it is for all records.
    public var isEverything: Bool { process == nil && filter == nil }

    /// What it reads of a record.
    public var names: Set<Exact> {
        Set((filter?.groups.joined().map(\.attribute) ?? []) + (process == nil ? [] : ["process"]))
    }

    /// The attributes among them: without the fields that every record can have.
    public var attributes: Set<Exact> { names.filter { FilterField(rawValue: $0.text) == nil } }

    /// "process Inbound; account.region in EU, UK", "all records"
    public var words: String {
        if isEverything { return "all records" }
        return [process.map { "process \($0)" }, filter?.words].compactMap(\.self).joined(separator: "; ")
    }
}

/// What a filter can read of a record besides attributes, as an attribute of that very name. As for scorecards
/// (`CoreAttribute`), an attribute of the name stands before the field.
public enum FilterField: String, CaseIterable, Sendable {
    case process, stage, stageSince, owner, createdAt

    public var field: Field {
        switch self {
        case .process: .process
        case .stage: .stage
        case .stageSince: .stageSince
        case .owner: .owner
        case .createdAt: .createdAt
        }
    }
}
