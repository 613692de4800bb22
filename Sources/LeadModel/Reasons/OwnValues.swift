extension Scorecard {
    /// All reasons, each with the record's own value next to its bin: "Web visits: 5 (3 to 7) — positive".
    ///
    /// A value is left out if it says what the bin says, if it falls into another bin than that of the evidence because the
    /// record changed since, and if only its kind is read (`Signal`).
    ///
    /// - Parameters:
    ///   - record: as it is now, joined with its entities.
    ///   - moment: the reference time of the scoring, of which ages are taken.
    /// - Precondition: `fits(evidence)`.
    public func reasons(_ evidence: Evidence, of record: Record, at moment: Moment) -> [Reason] {
        let present = self.evidence(of: record, at: moment)
        let places = Dictionary(
            attributes.enumerated().map { (Exact($1.name), $0) }, uniquingKeysWith: { first, _ in first })
        return reasons(evidence).map { reason in
            guard let place = places[Exact(reason.attribute)],
                bins(of: place, in: present) == bins(of: place, in: evidence),
                let value = record.value(of: attributes[place]),
                let own = attributes[place].text(of: value), own.lowercased() != reason.label.lowercased()
            else { return reason }
            var reason = reason
            reason.value = own
            reason.phrase = prepared.texts.phrase(
                reason.contribution, of: place, evidence, own: attributes[place].shown(own))
            return reason
        }
    }
}

extension Record {
    fileprivate func value(of attribute: Scorecard.Attribute) -> Value? {
        if let core = CoreAttribute(rawValue: attribute.name) { return reading(core) }
        return value(.attribute(AttributeName(Exact(attribute.name))))
    }
}

extension Scorecard.Attribute {
    /// Of a date its day; nil for blank text, an empty list and a signal.
    fileprivate func text(of value: Value) -> String? {
        switch reading {
        case .signal: return nil
        case .age: if let date = value.date(by: values) { return date.dayText }
        case .number, .category, .list: break
        }
        let text =
            switch value {
            case .text(let text): text.trimmed
            case .number(let number): JSONNumber.shortest(number)
            case .flag(let flag): flag ? "true" : "false"
            case .list(let entries): entries.joined(separator: ", ")
            }
        return text.isEmpty ? nil : text
    }
}

extension Scorecard.Attribute {
    /// As a phrase has it: at most 60 characters.
    fileprivate func shown(_ own: String) -> String {
        let text = if case .number = reading { own.groupedNumbers } else { own }
        return text.count > 60 ? text.prefix(59) + "…" : text
    }
}
