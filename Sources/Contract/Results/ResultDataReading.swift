import LeadModel

/// The members of a result's `data` that a consumer of ours needs.
struct ResultDataReading {
    typealias NotAResult = ResultReader.NotAResult

    private var state = RecordResult.State(status: .open)
    private var isGone = true
    private var revision: UInt64?
    private var scoringRevision: UInt64?
    private var probability: Double?
    private var grade: Grade?
    private var trend: Trend?
    private var previousScore: Int?
    private var previousGrade: Grade?
    private var reason: RecordResult.TopReason?
    private var lowEvidence: Bool?
    private var evidence: Evidence?
    private var model: String?
    private var version: Int?
    private var former: Scoring.Former?
    private var trigger: Scoring.Trigger?
    private var at: Moment?

    init(_ data: JSONNode) throws(NotAResult) {
        for (key, value) in data.members where value.kind != .null { try take(key, value) }
    }

    private mutating func take(_ key: JSONText, _ value: JSONNode) throws(NotAResult) {
        if key == "revision" {
            revision = try value.whole("data.revision")
        } else if key == "scoringRevision" {
            scoringRevision = try value.whole("data.scoringRevision")
        } else if key == "status" {
            state.status = try value.word("data.status")
            isGone = false
        } else if key == "name" {
            state.name = try value.string("data.name")
        } else if key == "owner" {
            state.owner = try value.string("data.owner")
        } else if key == "process" {
            state.process = try value.string("data.process")
        } else if key == "stage" {
            state.stage = try value.string("data.stage")
        } else if key == "related" {
            state.contact = try Self.contact(value)
        } else if key == "createdAt" {
            // What a connector gave can lie beyond the years that a date can have: then it is as if unknown.
            state.createdAt = try? value.moment("data.createdAt")
        } else if key == "closedAt" {
            state.closedAt = try? value.moment("data.closedAt")
        } else if key == "outcome" {
            state.outcome = try value.word("data.outcome")
        } else {
            try takeScoring(key, value)
        }
    }

    private mutating func takeScoring(_ key: JSONText, _ value: JSONNode) throws(NotAResult) {
        if key == "probability" {
            guard value.kind == .number else { throw NotAResult(field: "data.probability") }
            probability = value.number
        } else if key == "grade" {
            grade = try value.word("data.grade")
        } else if key == "trend" {
            trend = try value.word("data.trend")
        } else if key == "previousScore" {
            let score = Int(try value.whole("data.previousScore"))
            guard (1...100).contains(score) else { throw NotAResult(field: "data.previousScore") }
            previousScore = score
        } else if key == "previousGrade" {
            previousGrade = try value.word("data.previousGrade")
        } else if key == "reasons" {
            reason = try Self.topReason(value)
        } else if key == "lowEvidence" {
            lowEvidence = value.kind == .flag ? value.flag : nil
        } else if key == "evidence" {
            evidence = try value.evidence("data.evidence")
        } else if key == "model" {
            model = try value.string("data.model")
        } else if key == "version" {
            version = Int(try value.whole("data.version"))
        } else if key == "former" {
            former = try Self.former(value)
        } else if key == "trigger" {
            trigger = try value.word("data.trigger")
        } else if key == "scoredAt" {
            at = try value.moment("data.scoredAt")
        }
    }

    /// The first of the reasons is the largest.
    private static func topReason(_ node: JSONNode) throws(NotAResult) -> RecordResult.TopReason? {
        guard node.kind == .array else { throw NotAResult(field: "data.reasons") }
        var elements = node.elements
        guard let first = elements.next() else { return nil }
        guard first.kind == .object else { throw NotAResult(field: "data.reasons[0]") }
        var (phrase, contribution): (String?, Double?)
        for (key, value) in first.members {
            if key == "phrase" {
                phrase = try value.string("data.reasons[0].phrase")
            } else if key == "contribution", value.kind == .number {
                contribution = value.number
            }
        }
        guard let phrase, let contribution else { throw NotAResult(field: "data.reasons[0]") }
        return .init(phrase: phrase, contribution: contribution)
    }

    /// Results of former versions of Leadline don't have it.
    private static func contact(_ node: JSONNode) throws(NotAResult) -> Exact? {
        guard node.kind == .object else { throw NotAResult(field: "data.related") }
        for (key, value) in node.members where key == "contact" && value.kind != .null {
            return Exact(try value.string("data.related.contact"))
        }
        return nil
    }

    private static func former(_ node: JSONNode) throws(NotAResult) -> Scoring.Former {
        guard node.kind == .object else { throw NotAResult(field: "data.former") }
        var (model, version, evidence): (String?, Int?, Evidence?)
        for (key, value) in node.members {
            if key == "model" {
                model = try value.string("data.former.model")
            } else if key == "version" {
                version = Int(try value.whole("data.former.version"))
            } else if key == "evidence" {
                evidence = try value.evidence("data.former.evidence")
            }
        }
        guard let model, let version, let evidence else { throw NotAResult(field: "data.former") }
        return .init(model: ModelVersion(name: model, version: version), evidence: evidence)
    }

    func result(
        _ organization: String, _ entity: Entity, _ id: Exact, _ what: RecordResult.What
    ) throws(NotAResult) -> RecordResult {
        guard let revision else { throw NotAResult(field: "data.revision") }
        if what == .scored, scoringRevision == nil { throw NotAResult(field: "data.scoringRevision") }
        return RecordResult(
            organization: organization, entity: entity, id: id, revision: revision, what: what,
            state: isGone ? nil : state, scoring: try scoring(), reason: reason, lowEvidence: lowEvidence)
    }

    private func scoring() throws(NotAResult) -> Scoring? {
        guard let scoringRevision else { return nil }
        guard let probability, (0...1).contains(probability) else { throw NotAResult(field: "data.probability") }
        guard let grade else { throw NotAResult(field: "data.grade") }
        guard let trend else { throw NotAResult(field: "data.trend") }
        guard let evidence else { throw NotAResult(field: "data.evidence") }
        guard let model else { throw NotAResult(field: "data.model") }
        guard let version else { throw NotAResult(field: "data.version") }
        guard let trigger else { throw NotAResult(field: "data.trigger") }
        guard let at else { throw NotAResult(field: "data.scoredAt") }
        var scoring = Scoring(
            revision: scoringRevision, model: ModelVersion(name: model, version: version), evidence: evidence,
            probability: probability, grade: grade, previousScore: previousScore, previousGrade: previousGrade,
            trigger: trigger, at: at)
        (scoring.trend, scoring.former) = (trend, former)
        return scoring
    }
}

extension JSONNode {
    func whole(_ field: String) throws(ResultReader.NotAResult) -> UInt64 {
        // Beyond this a double has no last digits.
        guard kind == .number, number <= 9_007_199_254_740_992, let whole = UInt64(exactly: number) else {
            throw .init(field: field)
        }
        return whole
    }

    fileprivate func string(_ field: String) throws(ResultReader.NotAResult) -> String {
        guard kind == .text else { throw .init(field: field) }
        return text.string
    }

    fileprivate func moment(_ field: String) throws(ResultReader.NotAResult) -> Moment {
        guard kind == .text, let moment = Moment(rfc3339: text.bytes) else {
            throw .init(field: field)
        }
        return moment
    }

    fileprivate func word<Word: RawRepresentable<String>>(_ field: String) throws(ResultReader.NotAResult) -> Word {
        guard kind == .text, let word = Word(rawValue: text.string) else { throw .init(field: field) }
        return word
    }

    fileprivate func evidence(_ field: String) throws(ResultReader.NotAResult) -> Evidence {
        guard kind == .array else { throw .init(field: field) }
        var bins: [UInt16] = []
        bins.reserveCapacity(count)
        for element in elements {
            guard element.kind == .number, let bin = UInt16(exactly: element.number) else { throw .init(field: field) }
            bins.append(bin)
        }
        return Evidence(bins: bins)
    }
}
