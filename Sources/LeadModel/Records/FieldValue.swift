/// A field with the value that an event gives it; nil means null.
public struct FieldValue: Equatable, Sendable {
    public var field: Field
    public var value: Value?

    public init(_ field: Field, _ value: Value?) { (self.field, self.value) = (field, value) }
}
