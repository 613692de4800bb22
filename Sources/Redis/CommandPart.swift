/// A part of a command: a name, a key or a value.
public protocol CommandPart {
    func append(to pipeline: inout Pipeline)
}

extension StaticString: CommandPart {
    public func append(to pipeline: inout Pipeline) {
        withUTF8Buffer { pipeline.append(UnsafeRawBufferPointer($0)) }
    }
}

extension String: CommandPart {
    public func append(to pipeline: inout Pipeline) {
        var text = self
        text.withUTF8 { pipeline.append(UnsafeRawBufferPointer($0)) }
    }
}

extension Substring: CommandPart {
    public func append(to pipeline: inout Pipeline) {
        var text = self
        text.withUTF8 { pipeline.append(UnsafeRawBufferPointer($0)) }
    }
}

extension Array: CommandPart where Element == UInt8 {
    public func append(to pipeline: inout Pipeline) {
        withUnsafeBytes { pipeline.append($0) }
    }
}

extension ArraySlice: CommandPart where Element == UInt8 {
    public func append(to pipeline: inout Pipeline) {
        withUnsafeBytes { pipeline.append($0) }
    }
}

extension UnsafeRawBufferPointer: CommandPart {
    public func append(to pipeline: inout Pipeline) { pipeline.append(self) }
}

extension CommandPart where Self: FixedWidthInteger {
    /// In decimal digits.
    public func append(to pipeline: inout Pipeline) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var position = 20
            var rest = magnitude
            repeat {
                position -= 1
                digits[position] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            } while rest > 0
            if self < 0 {
                position -= 1
                digits[position] = UInt8(ascii: "-")
            }
            pipeline.append(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(digits)[position...]))
        }
    }
}

extension Int: CommandPart {}
extension Int64: CommandPart {}
extension UInt64: CommandPart {}
