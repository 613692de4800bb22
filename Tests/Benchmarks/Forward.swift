import ArgumentParser
import Contract
import Foundation
import LeadModel
import Rabbit

/// The bare forwarder: what a worker does with the broker, and nothing else. It takes what is waiting, up to a worker's
/// batch, publishes a body of a result's size for each, waits for the confirms, and acks. No Redis, no reading.
///
/// It is meant to be the plain loop: it takes nothing up while the confirms of a batch are under way, where a worker goes
/// on with the next, up to four under way.
struct ForwardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "forward", shouldDisplay: false)

    @Option var broker: String
    @Option(help: "File with the body to publish.") var body: String
    @Option var key: String
    @Option var batch: Int
    @Option var prefetch: Int

    func run() throws {
        let address = try RabbitAddress(broker)
        let body = [UInt8](try Data(contentsOf: URL(fileURLWithPath: body)))
        let consumer = try RabbitConnection(address, name: "forwarder, taking")
        let publisher = try Publisher(address, name: "forwarder, publishing")
        let channel = try consumer.openChannel()
        try consumer.setPrefetch(UInt16(prefetch), on: channel)
        try consumer.consume(Names.created.name, on: channel)

        var waiting: [ReceivedMessage] = []
        while true {
            var time = Duration.milliseconds(waiting.isEmpty ? 200 : 0)
            while let incoming = try consumer.receive(timeout: time) {
                time = .zero
                if case .delivery(let delivery) = incoming { waiting.append(delivery) }
            }
            let taken = waiting.prefix(batch)
            waiting.removeFirst(taken.count)
            try publisher.inOneGo {
                for delivery in taken {
                    let lead = Exact(delivery.properties.messageID ?? "")
                    let id = ResultID(.lead, lead, 1_234_567_890_123).description
                    try publisher.publish(
                        body, to: Names.scores.name, routingKey: key,
                        properties: Properties(
                            contentType: Names.ContentType.event, messageID: id, type: "leadline.score.changed"),
                        mandatory: true)
                }
            }
            if let last = taken.last {
                guard try publisher.awaitConfirms(timeout: .seconds(30))?.isEmpty ?? false else {
                    throw BenchError("the broker refused results")
                }
                try consumer.ack(last.tag, on: channel, multiple: true)
            }
            try publisher.poll()
        }
    }
}
