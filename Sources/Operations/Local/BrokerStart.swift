import Contract
import Foundation
import Rabbit

/// The restart of a broker that has data.
public enum BrokerStart {
    /// Waits until the broker has its streams: for a second or two after its start it reports that they are down, which
    /// a worker would log as an outage. Returns at once if anything else is wrong, and after about 10 seconds at most.
    public static func awaitStreams(at address: RabbitAddress) {
        for _ in 0..<50 {
            do {
                let connection = try RabbitConnection(address, name: "leadline up")
                defer { connection.close() }
                try connection.declareQueue(Names.scoresLog.name, on: connection.openChannel(), passive: true)
                return
            } catch {
                guard error.code == 404, "\(error)".contains("down or inaccessible") else { return }
            }
            // The broker refuses the declaration at once instead of waiting.
            Thread.sleep(forTimeInterval: 0.2)
        }
    }
}
