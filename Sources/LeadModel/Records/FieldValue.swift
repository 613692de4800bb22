/// What is said of a field; nil as value means null.
public struct FieldValue: Equatable, Sendable {
    public var field: Field
    public var value: Value?

    public init(_ field: Field, _ value: Value?) { (self.field, self.value) = (field, value) }
}
