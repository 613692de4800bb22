import Contract
import Logging
import Rabbit
import Running

/// Publishes to `leadline.refusals` what lanes have rejected: one thread of a worker, with a connection of its own, so that no
/// turn ever waits for a queue that a connector has bound.
///
/// Nothing is sent twice or kept: what no queue takes, what a queue refuses, and what waits here when the process dies, is
/// dropped. One organization's refusals are sent at a time. If their confirms are missing, a queue that takes them is
/// stuck: then the organization's are dropped for a minute, and the others' go on by a new connection.
struct RefusalPublisher {
    let options: WorkerOptions
    let feed: RefusalFeed
    let tally: Tally
    let log: Logger
    private let reader = EventReader()

    init(options: WorkerOptions, feed: RefusalFeed, tally: Tally, log: Logger) {
        (self.options, self.feed, self.tally, self.log) = (options, feed, tally, log)
    }

    /// - Parameter lanesEnded: set once nothing more can come. What is there then is still sent.
    func run(until lanesEnded: StopSignal) {
        var publisher: Publisher?
        var stuckUntil: [String: ContinuousClock.Instant] = [:]
        while true {
            let isLast = lanesEnded.isSet
            do {
                try publishWaiting(&publisher, &stuckUntil, isLast: isLast)
                if !isLast { try wait(publisher, lanesEnded) }
            } catch {
                report(error)
                publisher?.abandon()
                publisher = nil
                if !isLast { lanesEnded.wait(atMost: .seconds(1)) }
            }
            if isLast { break }
        }
        publisher?.close()
    }

    /// Keeps the connection alive meanwhile.
    private func wait(_ publisher: Publisher?, _ lanesEnded: StopSignal) throws {
        guard feed.isEmpty || publisher?.isBlocked == true else { return }
        if let publisher { try publisher.poll() }
        lanesEnded.wait(atMost: .milliseconds(200))
    }

    private func publishWaiting(
        _ publisher: inout Publisher?, _ stuckUntil: inout [String: ContinuousClock.Instant], isLast: Bool
    ) throws {
        guard !feed.isEmpty, publisher?.isBlocked != true else { return }
        let time = isLast ? Duration.seconds(1) : Lane.longestConfirm
        publisher = try publisher ?? connect(within: time)
        for (organization, messages) in feed.take() {
            if let end = stuckUntil[organization], .now < end { continue }
            stuckUntil[organization] = nil
            let open = try publisher ?? connect(within: time)
            publisher = open
            if try publish(messages, of: organization, by: open, within: time) { continue }
            stuckUntil[organization] = .now + .seconds(60)
            open.abandon()
            publisher = nil
            // The worker is to end soon.
            if isLast { return }
        }
    }

    private func connect(within time: Duration) throws -> Publisher {
        try Publisher(options.broker, name: "leadline worker, refusals", timeout: time)
    }

    /// - Returns: false if confirms are missing.
    private func publish(
        _ messages: [OutgoingMessage], of organization: String, by publisher: Publisher, within time: Duration
    ) throws -> Bool {
        try publisher.inOneGo {
            for refusal in messages.compactMap({ $0.refusal(by: reader) }) {
                try publisher.publish(
                    refusal.body(), to: Names.refusals.name, routingKey: refusal.routingKey,
                    properties: Properties(contentType: Names.ContentType.json))
            }
        }
        guard let (failed, missing) = try publisher.awaitAnswers(within: time, keepWaiting: { !publisher.isBlocked })
        else { return true }
        if !failed.isEmpty || !missing.isEmpty, tally.isFirst("refusals of \(organization) are dropped") {
            log.warning(
                """
                \(organization): a queue that is bound to \(Names.refusals.name) takes no more, or is stuck: refusals are \
                dropped. The events themselves are in \(Names.rejected.name)
                """)
        }
        return missing.isEmpty
    }

    /// The lanes log an outage; here it is only waited for.
    private func report(_ error: any Error) {
        if (error as? RabbitError)?.isAway == true || !tally.isFirst("refusals: \(error)") { return }
        log.error("publishing refusals failed: \(error)")
    }
}
