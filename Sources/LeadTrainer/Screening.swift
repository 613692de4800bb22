import LeadModel

/// Which attributes are worth learning from, and what to tell of the others.
struct Screening {
    private(set) var kept: [Column] = []
    private(set) var warnings: [Warning] = []

    /// - Parameters:
    ///   - folds: for what an attribute alone tells, measured on rows that were not counted.
    init(_ columns: Columns, outcomes: [Bool], folds: Folds, options: TrainingOptions) {
        let rows = Array(0..<columns.rowCount)
        let plural = options.entity.plural
        for column in columns.columns {
            let counts = column.counts(rows: rows)
            let binning = Binning(column, counts: counts, most: options.bins, options: options)
            let codes = binning.codes(column, rows: rows)
            if let warning = column.identifier {
                warnings.append(warning)
            } else if let warning = column.constant(codes, binning, plural: plural, options: options) {
                warnings.append(warning)
            } else {
                kept.append(column)
                let alone = LeakSuspicion(codes: codes, binning: binning, outcomes: outcomes, folds: folds)
                if let warning = alone.warning(column.name, plural: plural) { warnings.append(warning) }
            }
        }
    }
}

extension Column {
    /// A warning if all rows but fewer than a value's least number fall into one bin.
    fileprivate func constant(
        _ codes: [UInt16], _ binning: Binning, plural: String, options: TrainingOptions
    ) -> Warning? {
        var counts = [Int](repeating: 0, count: binning.binCount)
        for code in codes { counts[Int(code)] += 1 }
        let others = codes.count - (counts.max() ?? 0)
        guard others < options.minimumOfEachValue else { return nil }
        let but = others == 0 ? "all" : "all but \(others) of \(codes.count)"
        return Warning(
            kind: .constant, attribute: name,
            description: "\(name) is left out: it is the same for \(but) \(plural)")
    }

    /// A warning if its values are nearly all different: a text's always, a number's if name or shape says that it is
    /// no quantity. Honest measures differ from record to record too.
    fileprivate var identifier: Warning? {
        guard filled >= 20 else { return nil }
        let reason: String
        if kind == .number {
            guard different == filled, isWhole else { return nil }
            if hasNameOfIdentifier {
                reason = "each of its whole numbers occurs once, and its name is that of an id"
            } else if isCounter {
                reason = "its whole numbers run on from record to record"
            } else if filled >= 500, hasShapeOfIdentifier {
                reason = "each of its whole numbers occurs once, all about equally long"
            } else {
                return nil
            }
        } else {
            guard different * 10 >= filled * 9 else { return nil }
            reason = "nearly each of its values occurs once"
        }
        return Warning(kind: .identifier, attribute: name, description: "\(name) is left out as an id: \(reason)")
    }

    /// Six digits or more, and the largest less than ten times the least.
    private var hasShapeOfIdentifier: Bool {
        guard let least = numbers.first?.low, let most = numbers.last?.high else { return false }
        return least >= 100_000 && most < 10 * least
    }

    /// The last word of the name, at blanks, signs and humps: "Lead Number", "account_id", "crmKey".
    private var hasNameOfIdentifier: Bool {
        var words: [[Character]] = [[]]
        for character in name {
            if !character.isLetter, !character.isNumber {
                words.append([])
            } else if character.isUppercase, words.last?.last?.isLowercase == true {
                words.append([character])
            } else {
                words[words.count - 1].append(character)
            }
        }
        let last = String(words.last { !$0.isEmpty } ?? []).lowercased()
        return [
            "id", "ids", "uid", "guid", "uuid", "number", "no", "nr", "num", "key", "identifier", "ref", "reference",
            "serial", "phone", "index", "row",
        ].contains(last)
    }
}
