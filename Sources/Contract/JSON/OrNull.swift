/// An optional that JSON writes as `null` instead of leaving its key out: readers of our JSON can count on every key.
@propertyWrapper
public struct OrNull<Value: Encodable>: Encodable {
    public var wrappedValue: Value?

    // Spelled out, so that memberwise initializers take the value itself.
    public init(wrappedValue value: Value?) { wrappedValue = value }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let wrappedValue { try container.encode(wrappedValue) } else { try container.encodeNil() }
    }
}

extension OrNull: Sendable where Value: Sendable {}
extension OrNull: Equatable where Value: Equatable {}
