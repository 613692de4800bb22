/// A field with the value that an event gives it; nil means null.
public struct FieldValue: Equatable, Sendable {
    public var field: Field
    public var value: Value?
    /// Nil for a value that is as it was given.
    public var adjustment: Adjustment?

    public init(_ field: Field, _ value: Value?) { (self.field, self.value) = (field, value) }

    public init(_ field: Field, _ value: Value?, _ adjustment: Adjustment?) {
        (self.field, self.value, self.adjustment) = (field, value, adjustment)
    }
}
