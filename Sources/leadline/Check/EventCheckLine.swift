import Views

/// What `leadline check` found about an event, in words.
struct EventCheckLine {
    let text: String

    init(_ answer: EventCheck.Answer) {
        let place = answer.line.map { "line \($0): " } ?? ""
        let refusal = answer.refusal.map { "\($0)" } ?? ""
        guard let entity = answer.entity, let verb = answer.verb, let fields = answer.fields else {
            text = place + "refused: " + refusal
            return
        }
        let good = "good: \(entity) \(verb), \(fields) field\(fields == 1 ? "" : "s"), under \(answer.routingKey)"
        text = place + good + (refusal.isEmpty ? "" : "; a strict organization refuses it: \(refusal)")
    }
}
