import Foundation
import LeadModel

/// What the other consumers get, at half of full load, while one consumer's full queue refuses every result: beside the
/// same without it, in interleaved pairs.
///
/// Full load is what goes all the way, published and heard at the same time. Nobody publishes to a prefilled queue that is
/// drained, or hears its results meanwhile, so half of a drain can be more than goes through on few cores even without a
/// full queue; the same is told there too.
struct BystanderComparison {
    var rounds: Int
    var leads: Int
    var folder: String

    struct Figures: Codable {
        var bench = "bystander"
        var rounds = 0
        /// What the requirement asks of `ratio`.
        var bar = 0.9
        /// At half of what goes all the way, the most that can be offered for long: the median of the pairs' ratios.
        var ratio = 0.0
        var ofDrain = Half()
        var ofThroughput = Half()

        func json() throws -> String {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }

        var text: String {
            func line(_ name: String, _ half: Half) -> String {
                "Half of what \(name) is \(short(half.offered)) records/s: with a consumer's full queue the others get "
                    + "\(short(half.with)), without it \(short(half.without)); median of \(rounds) pairs' ratios "
                    + "\(short(half.ratio)), the bar is \(bar). RabbitMQ's processor seconds for 100,000: "
                    + "\(short(half.rabbitmqWith)) with it, \(short(half.rabbitmqWithout)) without."
                    + (half.isReached ? "" : " What was offered did not go through without it either.")
            }
            return line("one lane drains", ofDrain) + "\n" + line("goes all the way", ofThroughput)
        }
    }

    struct Half: Codable {
        /// Leads published a second.
        var offered = 0.0
        /// Medians of results a second that the other consumer got.
        var with = 0.0
        var without = 0.0
        /// The median of the pairs' ratios, and each of them.
        var ratio = 0.0
        var ratios: [Double] = []
        /// Medians of RabbitMQ's processor seconds for 100,000 records.
        var rabbitmqWith = 0.0
        var rabbitmqWithout = 0.0

        /// Whether what was offered goes through where nothing refuses.
        var isReached: Bool { without > 0.95 * offered }

        init() {}

        init(_ pairs: [Pair], offered: Double) {
            self.offered = offered.rounded()
            with = pairs.map(\.with.recordsPerSecond).median.rounded()
            without = pairs.map(\.without.recordsPerSecond).median.rounded()
            (ratio, ratios) = (round3(pairs.map(\.ratio).median), pairs.map { round3($0.ratio) })
            rabbitmqWith = round3(pairs.map(\.with.rabbitmqPer100k).median)
            rabbitmqWithout = round3(pairs.map(\.without.rabbitmqPer100k).median)
        }
    }

    struct Pair {
        var with: Pace
        var without: Pace

        var ratio: Double { with.recordsPerSecond / without.recordsPerSecond }
    }

    func run() throws -> Figures {
        note("leads and a scorecard are made")
        let benchLeads = try BenchLeads(now: Moment(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)))
        let ground = try Ground(folder: folder + "/bystander", fsync: .always, leads: benchLeads)
        defer { ground.stop() }
        try ground.takeSample()
        let drained = try ground.drain(.worker, leads: leads, python: "").recordsPerSecond
        let through = try ground.pace(.worker, .full(leads: min(leads, 20_000)), python: "").recordsPerSecond
        note("a lane drains \(Int(drained)) records/s, and \(Int(through)) go all the way")
        let offered = [drained / 2, through / 2]
        var pairs: [[Pair]] = [[], []]
        for round in 0..<rounds {
            for (which, rate) in offered.enumerated() {
                let pair = try self.pair(on: ground, rate: rate, fullFirst: round % 2 == 0)
                note(
                    "round \(round + 1): of \(Int(rate)) records/s \(Int(pair.with.recordsPerSecond)) with the full queue, "
                        + "\(Int(pair.without.recordsPerSecond)) without")
                pairs[which].append(pair)
            }
        }
        var figures = Figures(rounds: rounds)
        figures.ofDrain = Half(pairs[0], offered: offered[0])
        figures.ofThroughput = Half(pairs[1], offered: offered[1])
        figures.ratio = figures.ofThroughput.ratio
        return figures
    }

    private func pair(on ground: Ground, rate: Double, fullFirst: Bool) throws -> Pair {
        func got() throws -> Pace { try ground.pace(.worker, .steady(rate: rate, seconds: 5), python: "") }
        func gotBesideFullQueue() throws -> Pace {
            try ground.addFullQueue()
            let got = try got()
            guard try ground.undeliveredCount() > 0 else { throw BenchError("the full queue refused nothing") }
            try ground.removeFullQueue()
            return got
        }
        if fullFirst {
            let with = try gotBesideFullQueue()
            return Pair(with: with, without: try got())
        }
        let without = try got()
        return Pair(with: try gotBesideFullQueue(), without: without)
    }
}
