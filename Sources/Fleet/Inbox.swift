import Contract
import Rabbit

/// What a lane takes from the work queues, holds, and settles.
///
/// 1. A consumer per source, each on a channel of its own, so that an acknowledgement of many covers that source alone.
/// 2. Messages wait here by source, unread, until a batch takes them.
/// 3. Whatever it holds when its connection ends, the broker gives to someone again, marked as redelivered.
final class Inbox {
    let connection: RabbitConnection
    private var channels: [UInt16] = []
    private var waiting: [[Delivery]] = Source.allCases.map { _ in [] }
    /// Whose suspect is in hand: until that is settled nothing else is taken from there, as it would be settled with it.
    private var paused: Source?
    private var isCancelling = false
    private var live = Set<UInt16>()

    init(on connection: RabbitConnection, prefetch: [Source: Int]) throws(RabbitError) {
        self.connection = connection
        for source in Source.allCases {
            let channel = try connection.openChannel()
            channels.append(channel)
            try connection.setPrefetch(UInt16(prefetch[source] ?? 1), on: channel)
            try connection.consume(source.queue.name, on: channel, tag: source.queue.name)
            live.insert(channel)
        }
    }

    /// Whether a batch can be taken.
    var hasWork: Bool { firsts.contains { !$0.isSuspect } }

    /// Whether there is something to be worked alone.
    var hasSuspect: Bool { firsts.contains(where: \.isSuspect) }

    /// What comes next from each source.
    private var firsts: some Sequence<Delivery> {
        Source.allCases.lazy.filter { [paused] in $0 != paused }.compactMap { [waiting] in waiting[$0.rawValue].first }
    }

    /// Takes a batch: what is there, and no more than its portion from each source. A suspect ends its source's portion.
    func take(bound: Int) -> [Delivery] {
        let sizes = Source.allCases.map { source in
            source == paused ? [] : waiting[source.rawValue].prefix { !$0.isSuspect }.map(\.size)
        }
        var batch: [Delivery] = []
        for (source, count) in Portions.take(from: sizes, bound: bound).enumerated() {
            batch += waiting[source].prefix(count)
            waiting[source].removeFirst(count)
        }
        return batch
    }

    /// Takes the suspect that comes next.
    func takeSuspect() -> Delivery? {
        guard let suspect = firsts.first(where: \.isSuspect) else { return nil }
        paused = suspect.source
        return waiting[suspect.source.rawValue].removeFirst()
    }

    /// Takes in what has arrived, waiting for the first of it at most `time`.
    ///
    /// - Returns: whether anything came.
    @discardableResult
    func collect(waitingAtMost time: Duration = .zero) throws -> Bool {
        var (time, came) = (time, false)
        while let incoming = try connection.receive(timeout: time) {
            (time, came) = (.zero, true)
            switch incoming {
            case .delivery(let delivery):
                guard let source = channels.firstIndex(of: delivery.channel) else { continue }
                waiting[source].append(Delivery(delivery: delivery, source: Source.allCases[source]))
            case .cancelOk(let channel, _):
                // A quorum queue's last deliveries can follow the word that it was the last. What the broker answers
                // next on this channel it answers after them.
                try connection.setPrefetch(1, on: channel)
                live.remove(channel)
            case .cancelled(_, let queue):
                throw RabbitError.lost(
                    target: connection.address.description, during: "consuming",
                    cause: "the broker ended the consumer of \(queue)")
            default: continue
            }
        }
        return came
    }

    /// When the oldest message that waits here arrived; nothing if none waits.
    var oldestArrival: ContinuousClock.Instant? { waiting.compactMap(\.first?.arrived).min() }

    /// Asks for no more; what is held or under way is still to be worked.
    ///
    /// A quorum queue of 3.10 that hands a message out just as its consumer is cancelled keeps it for the channel without
    /// ever sending it. So it is first let hand out all that the prefetch allows: then it has nothing under way.
    func cancel() throws {
        guard !isCancelling else { return }
        isCancelling = true
        let end = ContinuousClock.now + .seconds(1)
        while ContinuousClock.now < end, try collect(waitingAtMost: .milliseconds(50)) {}
        for (channel, source) in zip(channels, Source.allCases) {
            try connection.cancel(tag: source.queue.name, on: channel)
        }
    }

    /// Whether nothing more can come and nothing is held.
    var isDrained: Bool { live.isEmpty && waiting.allSatisfy(\.isEmpty) }

    /// Tells the broker that all of a source up to a message is done.
    func settle(_ source: Source, through tag: UInt64) throws(RabbitError) {
        if paused == source { paused = nil }
        try connection.ack(tag, on: channels[source.rawValue], multiple: true)
    }
}

extension Source {
    /// The queue that it is taken from.
    var queue: Names.Queue {
        switch self {
        case .created: Names.created
        case .updated: Names.updated
        case .imported: Names.imported
        }
    }
}
