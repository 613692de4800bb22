/// A model's scope, made ready to be asked about each record. A common value costs no allocation.
public final class PreparedScope: Sendable {
    public let scope: ModelScope
    private let process: PreparedCondition?
    private let groups: [[PreparedCondition]]

    public init(_ scope: ModelScope) {
        self.scope = scope
        process = scope.process.map { PreparedCondition(.process($0)) }
        groups = scope.filter?.groups.map { $0.map(PreparedCondition.init) } ?? []
    }

    /// Whether the record is in the scope.
    ///
    /// - Parameters:
    ///   - related: what it references.
    ///   - now: for the ages of dates.
    ///   - ignoresProcess: asks the filter alone.
    public func contains(
        _ record: Record, _ related: RelatedEntities, at now: Moment, ignoresProcess: Bool = false
    ) -> Bool {
        if !ignoresProcess, let process, !process.holds(of: record, related, at: now) { return false }
        if groups.isEmpty { return true }
        return groups.contains { group in group.allSatisfy { $0.holds(of: record, related, at: now) } }
    }

    /// What keeps a record out: of each group the first condition that does not hold. Empty if the record is in the scope.
    public func obstacles(_ record: Record, _ related: RelatedEntities, at now: Moment) -> [String] {
        if let process, !process.holds(of: record, related, at: now) { return [process.condition.words] }
        let failed = groups.map { group in group.first { !$0.holds(of: record, related, at: now) } }
        return failed.contains { $0 == nil } ? [] : failed.compactMap { $0?.condition.words }
    }
}

/// A condition whose names and values are worked out once.
private struct PreparedCondition: Sendable {
    let condition: RecordFilter.Condition
    private let attribute: Field
    /// The attribute of the account or contact that is joined under this name.
    private let joined: (kind: RecordKind, attribute: Field)?
    private let field: FilterField?
    private let choices: Choices

    init(_ condition: RecordFilter.Condition) {
        self.condition = condition
        attribute = .attribute(AttributeName(condition.attribute))
        field = FilterField(rawValue: condition.attribute.text)
        let prefix = condition.attribute.prefix
        joined = RecordKind.related.first { Exact($0.rawValue) == prefix }.flatMap { kind in
            let name = String(condition.attribute.text.dropFirst(prefix.text.count + 1))
            return name.isEmpty ? nil : (kind, .attribute(AttributeName(Exact(name))))
        }
        choices =
            switch condition.test {
            case .isIn(let values), .isNotIn(let values): Choices(values)
            case .range, .olderThan, .newerThan, .isEmpty, .isNotEmpty: Choices([])
            }
    }

    func holds(of record: Record, _ related: RelatedEntities, at now: Moment) -> Bool {
        let value = value(in: record, related)
        switch condition.test {
        case .isIn: return value.map(choices.contains) ?? false
        case .isNotIn: return !(value.map(choices.contains) ?? false)
        case .range(let bounds): return value?.number(by: .plain).map(bounds.contains) ?? false
        case .olderThan(let days): return age(value, record, now).map { $0 > days } ?? false
        case .newerThan(let days): return age(value, record, now).map { $0 <= days } ?? false
        case .isEmpty: return isEmpty(value, record)
        case .isNotEmpty: return !isEmpty(value, record)
        }
    }

    /// As a scorecard reads it: the record's own attribute, else the field of that name, else the entity's attribute.
    @inline(__always)
    private func value(in record: Record, _ related: RelatedEntities) -> Value? {
        if let own = record.value(attribute) { return own }
        if let field { return record.value(field.field) }
        guard let joined, let entity = related[joined.kind], !entity.isGone else { return nil }
        return entity.value(joined.attribute)
    }

    /// Dates of fields are numbers, those of attributes are texts.
    private func age(_ value: Value?, _ record: Record, _ now: Moment) -> Double? {
        guard let date = date(value, record) else { return nil }
        return now.days(since: date)
    }

    private func date(_ value: Value?, _ record: Record) -> Moment? {
        switch field {
        case .createdAt where record.value(attribute) == nil: record.createdAt
        case .stageSince where record.value(attribute) == nil: record.moment(.stageSince)
        default: value?.date(by: .plain)
        }
    }

    private func isEmpty(_ value: Value?, _ record: Record) -> Bool {
        guard let value else { return field == .createdAt ? record.createdAt == nil : true }
        switch value {
        case .text(let text): return text.trimmed.isEmpty || NullWord.contains(text)
        case .list(let entries): return entries.isEmpty
        case .number, .flag: return false
        }
    }
}

/// Values that a record may have.
private struct Choices: Sendable {
    private let plain: PlainTexts
    private let categories: Set<String>
    private let numbers: [Double]
    private let yes, no: Bool

    init(_ values: [String]) {
        var categories = Set(values.compactMap { Value.text($0).asCategory })
        if BooleanWord.areBooleans(categories) {
            let senses = Set(categories.compactMap(BooleanWord.sense(ofCategory:)))
            for sense in senses { categories.formUnion(sense ? BooleanWord.yes : BooleanWord.no) }
        }
        self.categories = categories
        (yes, no) = (categories.contains("true"), categories.contains("false"))
        numbers = values.compactMap { Value.text($0).number(by: .plain) } + categories.compactMap(JSONNumber.parse)
        plain = PlainTexts(
            Dictionary(uniqueKeysWithValues: categories.filter { $0.utf8.allSatisfy { $0 < 0x80 } }.map { ($0, 1) }))
    }

    @inline(__always)
    func contains(_ value: Value) -> Bool {
        switch value {
        case .flag(let flag): flag ? yes : no
        case .number(let number): numbers.contains(number)
        case .text(let text): plain.number(of: text) != nil || containsRare(text)
        case .list(let entries): entries.contains { contains(.text($0)) } || contains(category: value.asCategory)
        }
    }

    private func contains(category: String?) -> Bool { category.map(categories.contains) ?? false }

    /// A text that is not written as one of the values. Most are just another value: then nothing is allocated.
    private func containsRare(_ text: String) -> Bool {
        let mayHaveNumber = !numbers.isEmpty
        // Letters beyond ASCII, digits, blanks at an end and separators of entries: the same value in other bytes.
        guard
            text.utf8.contains(where: {
                $0 >= 0x80 || $0 == UInt8(ascii: ";") || (mayHaveNumber && (48...57).contains($0))
            }) || text.trimmed.utf8.count < text.utf8.count
        else { return false }
        if contains(category: Value.text(text).asCategory) { return true }
        if !numbers.isEmpty, let number = Value.text(text).number(by: .plain), numbers.contains(number) { return true }
        guard text.utf8.contains(UInt8(ascii: ";")) else { return false }
        return Value.text(text).entries.contains(where: categories.contains)
    }
}
