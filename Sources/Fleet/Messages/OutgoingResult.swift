import LeadModel

/// A result to be published: a record's current scoring or its latest notice, each under its stored id.
struct OutgoingResult {
    enum Content { case scoring, notice }

    var organization: String
    var kind: RecordKind
    var id: Exact
    var record: Record
    var content: Content
    /// The only queue that gets it; nil is every queue with a matching binding.
    var queue: String?
    /// The last words of the routing key of a superseded result, under which it goes; nil: its own.
    var superseded: String?
}

extension OutgoingResult.Content {
    /// The newer of a record's two results; nil if it has none.
    init?(latestOf record: Record) {
        guard record.scoring != nil || record.notice != nil else { return nil }
        self = (record.notice?.revision ?? 0) > (record.scoring?.revision ?? 0) ? .notice : .scoring
    }
}

extension Scored {
    /// What is published once this is stored: the new results; or, if it is a repeat, all current ones, and the latest
    /// under each superseded key too, since a lane may have died before it published under that key. A queue for which a
    /// republication was requested gets all current results too.
    var results: [OutgoingResult] {
        let all: [OutgoingResult.Content] =
            (record.scoring == nil ? [] : [.scoring]) + (record.notice == nil ? [] : [.notice])
        let targets = work.lease?.targets ?? []
        // A lane that cleared the evidence of an erased contact may have died before it published the cleared results: a newer
        // notice had the same reasons.
        let isCleared = work.isFanOut && record.scoring?.evidence.bins.isEmpty == true
        let news: [OutgoingResult.Content] =
            if work.isRepeat || targets.contains(nil) || decision.clearsEvidence || isCleared {
                all
            } else {
                (decision.isDue ? [.scoring] : []) + (decision.notice == nil ? [] : [.notice])
            }
        let latest = work.isRepeat ? OutgoingResult.Content(latestOf: record) : nil
        let missed = latest.map { latest in record.superseded.map { result(latest, superseded: $0.words) } } ?? []
        return news.map { result($0) } + missed
            + targets.compactMap(\.self).flatMap { queue in all.map { result($0, queue) } }
    }

    private func result(
        _ content: OutgoingResult.Content, _ queue: String? = nil, superseded: String? = nil
    ) -> OutgoingResult {
        OutgoingResult(
            organization: work.organization, kind: work.kind, id: work.id, record: record, content: content,
            queue: queue, superseded: superseded)
    }
}
