import LeadModel

/// Cuts the values of an event that alone would be larger than a stored record may be: many long texts together cost the
/// record no more than one does.
///
/// The longest are cut, all to the same length, so that the event takes three quarters of a record: what changes later
/// finds room.
extension RecordFields {
    /// What a value takes besides its bytes: the number of its name, its stamp and its tag, and the floor of its prefix.
    private static let overhead = 24

    mutating func fitSize() {
        let sizes = fields.map { Self.size(of: $0) }
        let fixed = 128 + Self.overhead * fields.count
        guard fixed + sizes.reduce(0, +) > limits.recordBytes else { return }
        let longest = Self.level(of: sizes, within: limits.recordBytes / 4 * 3 - fixed)
        guard longest > 0 else { return }
        note(
            Refusal(
                .recordTooLarge, "data", "would make the stored record larger than \(limits.recordBytes) bytes"))
        for place in fields.indices where sizes[place] > longest && fields[place].field != .dropped {
            fields[place] = FieldValue(fields[place].field, fields[place].value?.beginning(longest), .cut)
        }
    }

    /// How many bytes of a value can be cut.
    private static func size(of said: FieldValue) -> Int {
        switch said.value {
        case .text(let text)?: text.utf8.count
        case .list(let entries)?: entries.reduce(0) { $0 + 4 + $1.utf8.count }
        case .number?, .flag?, nil: 0
        }
    }

    /// The greatest length to which all longer sizes can be cut so that their sum is at most `sum`.
    private static func level(of sizes: [Int], within sum: Int) -> Int {
        var (rest, left) = (sum, sizes.count)
        for size in sizes.sorted() {
            guard size * left > rest else {
                rest -= size
                left -= 1
                continue
            }
            return max(0, rest / left)
        }
        return .max
    }
}

extension Value {
    /// A text's or a list's beginning of at most so many bytes.
    fileprivate func beginning(_ most: Int) -> Value {
        switch self {
        case .text(let text):
            return .text(Array(text.utf8).withUnsafeBufferPointer { JSONText(bytes: $0).beginning(most) })
        case .list(let entries):
            var size = 0
            return .list(
                Array(
                    entries.prefix { entry in
                        size += 4 + entry.utf8.count
                        return size <= most
                    }))
        case .number, .flag: return self
        }
    }
}
