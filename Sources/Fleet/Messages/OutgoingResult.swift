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
}

extension Scored {
    /// What is published once this is stored: the new results, or all current results if it is a repeat. A queue for
    /// which a republication was requested gets all current results too.
    var results: [OutgoingResult] {
        let all: [OutgoingResult.Content] =
            (record.scoring == nil ? [] : [.scoring]) + (record.notice == nil ? [] : [.notice])
        let targets = work.lease?.targets ?? []
        // A lane that cleared the evidence of an erased contact may have died before it published the cleared scoring.
        let isCleared = work.isFanOut && record.scoring?.evidence.bins.isEmpty == true
        let news: [OutgoingResult.Content] =
            if work.isRepeat || targets.contains(nil) {
                all
            } else {
                (decision.isDue || decision.clearsEvidence || isCleared ? [.scoring] : [])
                    + (decision.notice == nil ? [] : [.notice])
            }
        return news.map { result($0) } + targets.compactMap(\.self).flatMap { queue in all.map { result($0, queue) } }
    }

    private func result(_ content: OutgoingResult.Content, _ queue: String? = nil) -> OutgoingResult {
        OutgoingResult(
            organization: work.organization, kind: work.kind, id: work.id, record: record, content: content,
            queue: queue)
    }
}
