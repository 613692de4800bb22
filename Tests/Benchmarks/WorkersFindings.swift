import Fleet
import Foundation
import Rabbit
import Redis

// What the figures say.

extension WorkersFigures {
    /// What would take less of whose processor time.
    private static let relief = [
        "RabbitMQ": "fewer messages or bytes a record for it, or a machine of its own",
        "the worker": "less work a record",
        "Redis": "less stored a record, in fewer calls",
    ]

    /// What a worker holds unacked of the new leads, at most.
    private static let prefetch: Int = {
        guard let broker = try? RabbitAddress("amqp://127.0.0.1"), let redis = try? RedisAddress("redis://127.0.0.1")
        else { return 0 }
        return WorkerOptions(broker: broker, redis: redis).prefetch[.created] ?? 0
    }()

    /// What holds one lane back, and the next step that would move it: as measured.
    func findings(_ mode: ModeFigures, always: Bool) -> [String] {
        let cores = Double(ProcessInfo.processInfo.activeProcessorCount)
        func share(_ value: @escaping (Drain.Use) -> Double) -> Double {
            mode.median(.worker) { value($0) / $0.seconds }
        }
        let worker = share(\.contender)
        let rabbitmq = share(\.rabbitmq)
        let redis = share(\.redis)
        let ours = share { $0.contender + $0.rabbitmq + $0.redis }
        let others = share { max(0, $0.machine - $0.contender - $0.rabbitmq - $0.redis) }
        let parts = [
            ("RabbitMQ", mode.per100k(.worker, \.rabbitmq)), ("the worker", mode.per100k(.worker, \.contender)),
            ("Redis", mode.per100k(.worker, \.redis)),
        ].sorted { $0.1 > $1.1 }
        var words = [
            "While one lane drains, of \(Int(cores)) cores RabbitMQ uses \(short(rabbitmq)), the worker \(short(worker)), "
                + "Redis \(short(redis)), all else on the machine \(short(others)).",
            "A record takes \(short(1_000_000 / mode.speeds(.worker).median)) µs, and of processor time "
                + parts.map { "\(short($0.1 * 10)) µs of \($0.0)" }.joined(separator: ", ") + ".",
        ]
        let held = Self.prefetch
        let largest = "\(parts[0].0) (\(percent(parts[0].1 / parts.reduce(0) { $0 + $1.1 })) of it)"
        // The lane's one thread waits while Redis works for it; while the broker does it goes on.
        words.append(
            "The lane's thread works \(percent(worker)) of the time, and \(percent(redis)) of it Redis works, for which the "
                + "thread waits: first for what is stored, then for the storing. While confirms are on "
                + "their way it works the next batches, as long as it holds no more than its prefetch of \(held) records."
        )
        if worker > 0.9 {
            words.append("The lane's thread is busy all the time. Next step: less work a record, or a second lane.")
        } else if ours + others > 0.92 * cores {
            words.append(
                "The cores are all in use: what holds it back is processor time, first of all that of \(largest). Next "
                    + "step: \(Self.relief[parts[0].0] ?? "less of it").")
        } else if worker + redis > 0.8 {
            words.append(
                "Worker and Redis take turns nearly all the time. Next step: the next batch read and scored while Redis "
                    + "stores this one.")
        } else {
            words.append(
                "\(short(max(0, cores - ours - others))) cores are idle while \(short(ours)) work: the lane waits, for "
                    + (always ? "Redis's fsync once a batch or " : "")
                    + "the broker's confirms, deliveries or Redis. Next "
                    + "step to try: a larger prefetch, so that more is under way"
                    + (always ? "; then the next batch read and scored while Redis stores this one." : "."))
        }
        let (beside, bare) = (mode.per100k(.worker, \.rabbitmq), mode.per100k(.forwarder, \.rabbitmq))
        words.append(
            "RabbitMQ spends \(short(beside / bare)) times as much on a record of the worker as on one of the forwarder"
                + (beside > 1.15 * bare
                    ? ": the worker's messages reach it in smaller portions, or cost it more."
                    : ": nothing is to be had there."))
        let lanes = mode.ratio(.workerTwoLanes, to: .worker)
        words.append(
            "Two lanes do \(short(lanes)) times as much as one"
                + (lanes > 1.1 ? ": one lane leaves time unused." : ": a second lane finds nothing left to use."))
        words.append("The worker's own processor time is \(short(worker / rabbitmq)) of RabbitMQ's.")
        if others > 0.1 * cores {
            words.append(
                "Others used \(percent(others / cores)) of the machine meanwhile: trust ratios and processor time more than "
                    + "records a second, and measure again when it is quiet.")
        }
        return words
    }
}
