import LeadModel

/// A scorecard of three attributes and a lead that it scores: what the examples of results show.
enum ResultFixtures {
    static let writtenAt = Moment(rfc3339: "2026-11-20T10:00:00.125Z") ?? Moment(microseconds: 0)

    static let scorecard: Scorecard = {
        func bin(_ label: String, _ points: Double, _ records: Int, _ positives: Int) -> Scorecard.Bin {
            .init(label: label, points: points, records: records, positives: positives, medianDays: 2.5)
        }
        let special = [bin("missing", -0.1, 40, 8), bin("rare", 0, 12, 4), bin("unseen", 0, 0, 0)]
        return Scorecard(
            entity: .lead, intercept: -0.4,
            attributes: [
                .init(
                    name: "leadSource", reading: .category(.init(bins: ["web": 0, "referral": 1], rare: [])),
                    bins: [bin("Web", 0.3, 210, 90), bin("Referral", 1.1, 80, 60)] + special),
                .init(
                    name: "account.industry", reading: .category(.init(bins: ["finance": 0], rare: [])),
                    bins: [bin("Finance", 0.85, 120, 77)] + special),
                .init(
                    name: "employees", reading: .number(edges: [100]),
                    bins: [
                        bin("below 100", 0.2, 150, 70), bin("100 and more", -0.15, 90, 30), special[0], special[2],
                    ]),
            ], missing: [], training: .init(asOf: nil, positives: 100, negatives: 200, seed: 1),
            quality: .init(folds: 5, auc: 0.8, logLoss: 0.5, accuracy: 0.75))
    }()

    static func open() -> Record {
        let fields: [(Field, Value?)] = [
            (.owner, .text("ann")), (.name, .text("Béa \"B\" Example")), (.process, .text("inbound")),
            (.stage, .text("new")), (.contact, .text("0035e00000CdeFG")),
            (.attribute("leadSource"), .text("Web")),
            (.attribute("account.industry"), .text("Finance")), (.attribute("employees"), .number(250)),
        ]
        var record = Record()
        record.merge([event(.created, "2026-11-20T09:30:00.250Z", fields)])
        return record
    }

    static func event(_ verb: Verb, _ time: String, _ fields: [(Field, Value?)] = []) -> RecordEvent {
        RecordEvent(
            kind: .lead, verb: verb, recordID: "00Q5e00000AbcDE", source: "crm/example", id: "example-\(time)",
            time: Moment(rfc3339: time) ?? writtenAt, isPatch: true, fields: fields.map(FieldValue.init))
    }

    /// Scored a second time, unless it is told what was before.
    static func scored(previousScore: Int? = 44, previousGrade: Grade? = .c) -> Record {
        var record = open()
        let evidence = scorecard.evidence(of: record, at: writtenAt)
        record.revision = UInt64(writtenAt.milliseconds)
        record.scoring = Scoring(
            revision: record.revision, model: ModelVersion(name: "default", version: 3), evidence: evidence,
            probability: scorecard.probability(evidence), grade: .b, previousScore: previousScore,
            previousGrade: previousGrade, trigger: .realtime, at: writtenAt)
        return record
    }

    /// A record to which something befell after it was scored.
    static func after(
        _ kind: Notice.Kind, _ event: RecordEvent?, grade: Grade = .b, left: Grade? = nil, changes: ShownChanges = []
    ) -> Record {
        var record = scored()
        record.merge([event].compactMap(\.self))
        if kind == .erased || kind == .unscored { record.scoring = nil }
        record.revision += 60_000
        record.notice = Notice(revision: record.revision, kind: kind, grade: grade, left: left)
        record.notice?.changes = changes
        return record
    }

    static let later = "2026-11-20T10:00:59Z"
}
