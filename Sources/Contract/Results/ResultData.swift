import LeadModel

/// The `data` of a result: the record's full state. Every member is always there, null where there is nothing to say, so
/// that a consumer replaces what it has and keeps no remains. Of an erased record all but the revision is null.
struct ResultData {
    let record: Record
    /// The revision of the result's scoring or notice.
    let revision: UInt64
    /// The last words of the routing key, if they are of an older result.
    let superseded: String?
    let transition: ResultTransition
    let scorecard: Scorecard?

    func write(to json: inout JSONWriter) {
        json.literal(#"{"revision":"#)
        json.integer(revision)
        json.literal(#","scoringRevision":"#)
        json.integer(record.scoring?.revision)
        json.literal(#","superseded":"#)
        json.string(superseded)
        writeTransition(to: &json)
        writeState(to: &json)
        writeScoring(to: &json)
        json.literal(#","eventTime":"#)
        json.moment(record.newestEvent)
        json.literal(#","adjusted":"#)
        if let adjustments = record.adjustments { json.adjustments(adjustments) } else { json.literal("null") }
        json.literal("}")
    }

    /// Of an erased record not even the grade that it left is written.
    private func writeTransition(to json: inout JSONWriter) {
        guard !record.isErased else { return json.literal(#","from":null,"changed":null"#) }
        json.literal(#","from":"#)
        json.string(transition.from?.rawValue)
        json.literal(#","changed":"#)
        json.texts(transition.changed)
    }

    /// A record that is gone has no values, though a patch may have come that waits for a snapshot.
    private func writeState(to json: inout JSONWriter) {
        guard !record.isGone else {
            json.literal(#","name":null,"owner":null,"status":null,"process":null,"stage":null,"related":null"#)
            return json.literal(#","createdAt":null,"closedAt":null,"outcome":null"#)
        }
        json.literal(#","name":"#)
        json.string(record.text(.name))
        json.literal(#","owner":"#)
        json.string(record.text(.owner))
        json.literal(#","status":"#)
        json.string(record.status.rawValue)
        json.literal(#","process":"#)
        json.string(record.text(.process))
        json.literal(#","stage":"#)
        json.string(record.text(.stage))
        json.literal(#","related":{"account":"#)
        json.string(record.reference(to: .account)?.text)
        json.literal(#","contact":"#)
        json.string(record.reference(to: .contact)?.text)
        json.literal(#"},"createdAt":"#)
        json.moment(record.createdAt)
        json.literal(#","closedAt":"#)
        json.moment(record.closedAt)
        json.literal(#","outcome":"#)
        json.string(record.outcome?.rawValue)
    }

    private func writeScoring(to json: inout JSONWriter) {
        guard let scoring = record.scoring else {
            json.literal(#","score":null,"probability":null,"grade":null,"trend":null,"previousScore":null"#)
            json.literal(
                #","previousGrade":null,"reasons":null,"otherReasons":null,"lowEvidence":null,"evidence":null,"model":null,"version":null"#
            )
            json.literal(#","former":null,"trigger":null,"scoredAt":null"#)
            return
        }
        json.literal(#","score":"#)
        json.integer(scoring.score)
        json.literal(#","probability":"#)
        json.number(scoring.probability)
        json.literal(#","grade":"#)
        // A full sweep with other ranges can have changed the grade since the scoring.
        json.string((revision == scoring.revision ? scoring.grade : record.grade ?? scoring.grade).rawValue)
        json.literal(#","trend":"#)
        json.string(scoring.trend.rawValue)
        json.literal(#","previousScore":"#)
        json.integer(scoring.previousScore)
        json.literal(#","previousGrade":"#)
        json.string(scoring.previousGrade?.rawValue)
        writeReasons(scoring.evidence, to: &json)
        json.literal(#","lowEvidence":"#)
        if let scorecard, scorecard.fits(scoring.evidence) {
            json.flag(scorecard.hasLowEvidence(scoring.evidence))
        } else {
            json.literal("null")
        }
        json.literal(#","evidence":"#)
        json.evidence(scoring.evidence)
        json.literal(#","model":"#)
        json.string(scoring.model.name)
        json.literal(#","version":"#)
        json.integer(scoring.model.version)
        json.literal(#","former":"#)
        if let former = scoring.former {
            json.literal(#"{"model":"#)
            json.string(former.model.name)
            json.literal(#","version":"#)
            json.integer(former.model.version)
            json.literal(#","evidence":"#)
            json.evidence(former.evidence)
            json.literal("}")
        } else {
            json.literal("null")
        }
        json.literal(#","trigger":"#)
        json.string(scoring.trigger.rawValue)
        json.literal(#","scoredAt":"#)
        json.moment(scoring.at)
    }

    /// Null if the evidence doesn't fit the scorecard, or there is none, so that no wrong reason is published.
    private func writeReasons(_ evidence: Evidence, to json: inout JSONWriter) {
        guard let reasons = scorecard?.topReasons(evidence, rendered: Self.json(of:)) else {
            return json.literal(#","reasons":null,"otherReasons":null"#)
        }
        json.literal(#","reasons":["#)
        for (index, reason) in reasons.top.enumerated() {
            if index > 0 { json.literal(",") }
            json.bytes.append(contentsOf: reason.reason.before)
            json.number(reason.contribution)
            json.bytes.append(contentsOf: reason.reason.after)
        }
        json.literal(#"],"otherReasons":{"count":"#)
        json.integer(reasons.others.count)
        json.literal(#","contribution":"#)
        json.number(reasons.others.contribution)
        json.literal("}")
    }

    private static func json(of reason: Reason) -> RenderedReason {
        var (before, after) = (JSONWriter(), JSONWriter())
        before.literal(#"{"attribute":"#)
        before.string(reason.attribute)
        before.literal(#","label":"#)
        before.string(reason.label)
        before.literal(#","contribution":"#)
        after.literal(#","phrase":"#)
        after.string(reason.phrase)
        after.literal(#","insight":"#)
        after.string(reason.insight)
        after.literal("}")
        return RenderedReason(before: before.bytes, after: after.bytes)
    }
}

extension JSONWriter {
    fileprivate mutating func adjustments(_ adjustments: Adjustments) {
        literal(#"{"cut":"#)
        texts(adjustments.cut)
        literal(#","dropped":"#)
        texts(adjustments.dropped)
        literal(#","others":"#)
        integer(adjustments.others)
        literal("}")
    }

    fileprivate mutating func texts(_ texts: [String]) {
        literal("[")
        for (index, text) in texts.enumerated() {
            if index > 0 { literal(",") }
            string(text)
        }
        literal("]")
    }

    fileprivate mutating func evidence(_ evidence: Evidence) {
        literal("[")
        for (index, bin) in evidence.bins.enumerated() {
            if index > 0 { literal(",") }
            integer(bin)
        }
        literal("]")
    }
}
