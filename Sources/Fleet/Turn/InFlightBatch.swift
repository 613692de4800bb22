import LeadModel

/// A batch that is committed and sent, and whose confirms have not all arrived.
struct InFlightBatch {
    let lastTags: [Source: UInt64]
    let crashCounts: [UInt64]
    let arrived: ContinuousClock.Instant?
    /// Its refused events, as they are sent to `leadline.rejected`.
    let rejected: [OutgoingMessage]
    let swept: Batch.Swept?
    let fanOuts: [FanOutPage]
    /// The ids of its records, for fail points.
    let ids: [Exact]
    /// The messages that were sent. The last one has the publisher's sequence number `last`.
    var messages: [OutgoingMessage]
    var last: UInt64
    /// When they were sent.
    var sent = ContinuousClock.now

    init(
        _ batch: Batch, _ output: TurnOutput, rejected: [OutgoingMessage], ids: [Exact], messages: [OutgoingMessage],
        last: UInt64
    ) {
        (lastTags, crashCounts, arrived) = (batch.lastTags, batch.crashCounts, batch.arrived)
        (swept, fanOuts, self.rejected) = (batch.swept, batch.fanOuts + output.fanOuts, rejected)
        (self.ids, self.messages, self.last) = (ids, messages, last)
    }

    /// The publisher's sequence numbers of its messages; nil if it sent none.
    var numbers: ClosedRange<UInt64>? { messages.isEmpty ? nil : last - UInt64(messages.count) + 1...last }

    /// - Parameter number: one of `numbers`.
    func message(_ number: UInt64) -> OutgoingMessage { messages[messages.count - 1 - Int(last - number)] }
}
