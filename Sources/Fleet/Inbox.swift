import Contract
import LeadModel
import Rabbit

/// What a lane takes from the work queues, holds, and settles.
///
/// 1. A consumer per source, each on a channel of its own, so that an acknowledgement of many covers that source alone.
/// 2. Messages are read when they arrive, and wait here by source until a batch takes them.
/// 3. Whatever it holds when its connection ends, the broker gives to someone again, marked as redelivered.
final class Inbox {
    let connection: RabbitConnection
    private var channels: [UInt16] = []
    private var waiting: [[Parcel]] = Source.allCases.map { _ in [] }
    private let reader = EventReader()
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

    /// Takes a batch: waits for a first message at most `time`, then takes what is there, and no more than its portion
    /// from each source.
    ///
    /// - Parameter now: the present by Redis's clock, as far as it is known.
    func take(bound: Int, waitingAtMost time: Duration, now: Moment) throws -> [Parcel] {
        try collect(waitingAtMost: waiting.allSatisfy(\.isEmpty) ? time : .zero, now: now)
        let counts = Portions.take(from: waiting.map { $0.map(\.size) }, bound: bound)
        var batch: [Parcel] = []
        for (source, count) in counts.enumerated() {
            batch += waiting[source].prefix(count)
            waiting[source].removeFirst(count)
        }
        return batch
    }

    /// Takes in what has arrived, so that heartbeats go on while the lane waits for something else.
    func pump(now: Moment) throws { try collect(waitingAtMost: .zero, now: now) }

    /// - Returns: whether anything came.
    @discardableResult
    private func collect(waitingAtMost time: Duration, now: Moment) throws -> Bool {
        var (time, came) = (time, false)
        while let incoming = try connection.receive(timeout: time) {
            (time, came) = (.zero, true)
            switch incoming {
            case .delivery(let delivery):
                guard let source = channels.firstIndex(of: delivery.channel) else { continue }
                waiting[source].append(read(delivery, from: Source.allCases[source], now: now))
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

    private func read(_ delivery: Delivery, from source: Source, now: Moment) -> Parcel {
        let reading = reader.read(
            body: delivery.body, contentType: delivery.properties.contentType, routingKey: delivery.routingKey,
            now: now)
        return Parcel(delivery: delivery, source: source, reading: reading)
    }

    /// When the oldest message that waits here arrived; nothing if none waits.
    var oldestArrival: ContinuousClock.Instant? { waiting.compactMap(\.first?.arrived).min() }

    /// Asks for no more; what is held or under way is still to be worked.
    ///
    /// A quorum queue of 3.10 that hands a message out just as its consumer is cancelled keeps it for the channel without
    /// ever sending it. So it is first let hand out all that the prefetch allows: then it has nothing under way.
    func cancel(now: Moment) throws {
        guard !isCancelling else { return }
        isCancelling = true
        let end = ContinuousClock.now + .seconds(1)
        while ContinuousClock.now < end, try collect(waitingAtMost: .milliseconds(50), now: now) {}
        for (channel, source) in zip(channels, Source.allCases) {
            try connection.cancel(tag: source.queue.name, on: channel)
        }
    }

    /// Whether nothing more can come and nothing is held.
    var isDrained: Bool { live.isEmpty && waiting.allSatisfy(\.isEmpty) }

    /// Tells the broker that a batch is done. It took the oldest of each source, so each needs one word.
    func settle(_ batch: [Parcel]) throws(RabbitError) {
        for (index, channel) in channels.enumerated() {
            guard let last = batch.last(where: { $0.source.rawValue == index }) else { continue }
            try connection.ack(last.delivery.tag, on: channel, multiple: true)
        }
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
