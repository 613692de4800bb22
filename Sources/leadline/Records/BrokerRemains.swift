import Embedded

/// Until when RabbitMQ's files hold what its quorum queues have removed. No command empties them.
enum BrokerRemains {
    private static let lines = [
        "until \(EmbeddedRabbit.logBytes >> 20) MiB of newer messages have passed it (512 MiB by default,",
        "where `leadline up` doesn't run it), no older message is in the same queue",
        "(leadline.rejected: 30 days at most), and one more has passed that queue",
    ]

    /// - Parameter indent: spaces before each line but the first.
    static func words(indent: Int) -> String {
        lines.joined(separator: "\n" + String(repeating: " ", count: indent))
    }
}
