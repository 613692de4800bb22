/// Fields of a record that a scorecard reads like attributes: `stage`, `stageSince` and `process`, each as an attribute of
/// that very name. Where a record has an attribute of the name, with a value, that one stands before the field: who sends
/// an attribute `stage` of its own means it.
public enum CoreAttribute: String, CaseIterable, Sendable {
    case process, stage, stageSince

    public var name: Exact { Exact(rawValue) }

    public var field: Field {
        switch self {
        case .process: .process
        case .stage: .stage
        case .stageSince: .stageSince
        }
    }
}

extension Record {
    /// What a scorecard reads of it besides its attributes. A date is text here, as attributes have it.
    public var coreAttributes: [(name: Exact, value: Value)] {
        CoreAttribute.allCases.compactMap { core in
            coreValue(core).map { (core.name, $0) }
        }
    }

    /// The attribute of that name, else the field.
    public func reading(_ core: CoreAttribute) -> Value? {
        value(.attribute(core.attributeName)) ?? coreValue(core)
    }

    private func coreValue(_ core: CoreAttribute) -> Value? {
        guard value(.attribute(core.attributeName)) == nil else { return nil }
        return core == .stageSince ? moment(.stageSince).map { .text($0.text) } : value(core.field)
    }
}

extension CoreAttribute {
    private static let names = Dictionary(
        uniqueKeysWithValues: CoreAttribute.allCases.map { ($0, AttributeName($0.name)) })

    fileprivate var attributeName: AttributeName { Self.names[self]! }
}
