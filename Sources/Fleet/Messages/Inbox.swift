import Contract
import Rabbit

/// The messages that a lane has received from the work queues and not yet acknowledged.
///
/// 1. Each source has its own consumer on its own channel, so that a cumulative acknowledgement covers that source only.
/// 2. Messages wait here by source, not parsed, until a batch takes them.
/// 3. It holds a bounded number of bytes. Beyond that it stops reading, and the broker waits: AMQP's own limit counts
///    messages, which can be of any size.
/// 4. When the connection ends, the broker delivers all of them again, to any lane, marked as redelivered.
final class Inbox {
    let connection: RabbitConnection
    private var channels: [UInt16] = []
    private var waiting: [[Delivery]] = Source.allCases.map { _ in [] }
    /// By source: all that is not settled, in the order of their tags; what is waiting too.
    private var unsettled: [[Delivery]] = Source.allCases.map { _ in [] }
    /// Of the unsettled messages.
    private var bytes = 0
    private let mostBytes: Int
    /// Whether some that wait may have come back too often.
    private var hasWorn = false
    private let survivors: Survivors
    /// The source of the quarantined message in progress. Nothing else is taken from it until that message is settled: an
    /// acknowledgement of a later message would cover it.
    private var paused: Source?
    private var isCancelling = false
    /// The channels on which deliveries may still arrive.
    private var live = Set<UInt16>()

    /// - Parameter mostBytes: it holds one message more than fits into so many bytes.
    init(
        on connection: RabbitConnection, prefetch: [Source: Int], mostBytes: Int, survivors: Survivors
    ) throws(RabbitError) {
        (self.connection, self.mostBytes, self.survivors) = (connection, mostBytes, survivors)
        for source in Source.allCases {
            let channel = try connection.openChannel()
            channels.append(channel)
            try connection.setPrefetch(UInt16(prefetch[source] ?? 1), on: channel)
            try connection.consume(source.queue.name, on: channel, tag: source.queue.name)
            live.insert(channel)
        }
    }

    /// Whether a normal turn has a message to take.
    var hasWork: Bool { firsts.contains { !$0.isQuarantined } }

    /// Whether there is a message to be worked on in isolation.
    var hasQuarantined: Bool { firsts.contains(where: \.isQuarantined) }

    /// The oldest message of each source.
    private var firsts: some Sequence<Delivery> {
        Source.allCases.lazy.filter { [paused] in $0 != paused }.compactMap { [waiting] in waiting[$0.rawValue].first }
    }

    /// Takes a batch: its portion of what is waiting in each source. A quarantined message ends its source's portion.
    func take(bound: Int) -> [Delivery] {
        // A message counts as at least one record, so no more than `bound` of a source are taken.
        let sizes = waiting.indices.map { source in
            source == paused?.rawValue
                ? []
                : waiting[source].indices.prefix(bound).prefix { !waiting[source][$0].isQuarantined }
                    .map { waiting[source][$0].size }
        }
        var batch: [Delivery] = []
        for (source, count) in Portions.take(from: sizes, bound: bound).enumerated() {
            batch += waiting[source].prefix(count)
            waiting[source].removeFirst(count)
        }
        return batch
    }

    /// Takes the next quarantined message.
    func takeQuarantined() -> Delivery? {
        guard let delivery = firsts.first(where: \.isQuarantined) else { return nil }
        paused = delivery.source
        return waiting[delivery.source.rawValue].removeFirst()
    }

    /// Receives what has arrived, and waits for the first message at most `time`.
    ///
    /// - Returns: whether anything arrived.
    @discardableResult
    func collect(waitingAtMost time: Duration = .zero) throws -> Bool {
        var (time, hasArrived) = (time, false)
        while !isFull, let incoming = try connection.receive(timeout: time) {
            (time, hasArrived) = (.zero, true)
            switch incoming {
            case .delivery(let message):
                guard let source = channels.firstIndex(of: message.channel) else { continue }
                let delivery = Delivery(message, from: Source.allCases[source], survivors: survivors)
                waiting[source].append(delivery)
                unsettled[source].append(delivery)
                bytes += delivery.bytes
                hasWorn = hasWorn || delivery.isWorn
            case .cancelOk(let channel, _):
                // A quorum queue's last deliveries can arrive after cancel-ok, but not after the answer to the next request
                // on this channel.
                try connection.setPrefetch(1, on: channel)
                live.remove(channel)
            case .cancelled(_, let queue):
                throw RabbitError.lost(
                    target: connection.address.description, during: "consuming",
                    cause: "the broker ended the consumer of \(queue)")
            default: continue
            }
        }
        if isFull { try connection.sendHeartbeat() }
        return hasArrived
    }

    /// Whether it reads no more until something is settled. While the consumers end, it reads on: nothing more arrives then
    /// but what shows that they have ended.
    var isFull: Bool { bytes >= mostBytes && !isCancelling }

    /// When the oldest waiting message arrived, or nil if none is waiting.
    var oldestArrival: ContinuousClock.Instant? { waiting.compactMap(\.first?.arrived).min() }

    /// Ends the consumers. What has been received or is on its way is still to be worked on.
    ///
    /// A quorum queue of RabbitMQ 3.10 that assigns a message just as its consumer is cancelled keeps it for the channel and
    /// never sends it. So this first lets the queue deliver all that the prefetch allows.
    func cancel() throws {
        guard !isCancelling else { return }
        isCancelling = true
        let end = ContinuousClock.now + .seconds(1)
        while ContinuousClock.now < end, try collect(waitingAtMost: .milliseconds(50)) {}
        for (channel, source) in zip(channels, Source.allCases) {
            try connection.cancel(tag: source.queue.name, on: channel)
        }
    }

    /// Whether nothing is waiting and nothing more can arrive.
    var isDrained: Bool { live.isEmpty && waiting.allSatisfy(\.isEmpty) }

    /// Acknowledges all messages of a source up to a tag.
    func settle(_ source: Source, through tag: UInt64) throws(RabbitError) {
        if paused == source { paused = nil }
        // Read in place: a slice would make the removal copy all that remains.
        var settled = 0
        while settled < unsettled[source.rawValue].count, unsettled[source.rawValue][settled].message.tag <= tag {
            bytes -= unsettled[source.rawValue][settled].bytes
            settled += 1
        }
        unsettled[source.rawValue].removeFirst(settled)
        try connection.ack(tag, on: channels[source.rawValue], multiple: true)
    }

    /// Takes messages that came back too often out of those that wait, a few at a time.
    func takeWorn() -> [Delivery] {
        guard hasWorn else { return [] }
        hasWorn = waiting.joined().contains(where: \.isWorn)
        var taken: [Delivery] = []
        for source in Source.allCases where source != paused && taken.count < 64 {
            guard waiting[source.rawValue].contains(where: \.isWorn) else { continue }
            let worn = waiting[source.rawValue].filter(\.isWorn).prefix(64 - taken.count)
            let tags = Set(worn.map(\.message.tag))
            waiting[source.rawValue].removeAll { tags.contains($0.message.tag) }
            taken += worn
        }
        return taken
    }

    /// Acknowledges one message.
    func settle(_ delivery: Delivery) throws(RabbitError) {
        let source = delivery.source.rawValue
        unsettled[source].removeAll { $0.message.tag == delivery.message.tag }
        bytes -= delivery.bytes
        try connection.ack(delivery.message.tag, on: channels[source])
    }

    /// Notes that the broker delivers its messages again although they have not crashed the process.
    ///
    /// - Parameter suspects: messages that may have ended the lane.
    func noteReturned(except suspects: [Delivery]) {
        let tags = Dictionary(grouping: suspects, by: \.source).mapValues { Set($0.map(\.message.tag)) }
        survivors.noteReturned(
            unsettled.joined().filter { tags[$0.source]?.contains($0.message.tag) != true }.map(\.message))
    }
}
