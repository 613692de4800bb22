import Logging

/// Says once a minute what was done in it, if anything was.
struct MinuteLine {
    let tally: Tally
    let log: Logger

    func run(until stop: StopSignal) {
        var before = tally.all
        while !stop.isSet {
            stop.wait(atMost: .seconds(60))
            let now = tally.all
            if let line = Self.line(from: before, to: now) { log.info("\(line)") }
            before = now
        }
    }

    /// "in the last minute: 600 messages, 600 events, 600 scored"; nothing if nothing was done.
    static func line(from before: [Tally.Item: Int], to now: [Tally.Item: Int]) -> String? {
        let done = Tally.Item.allCases.compactMap { item -> String? in
            let count = now[item, default: 0] - before[item, default: 0]
            return count > 0 ? "\(count) \(item.words)" : nil
        }
        return done.isEmpty ? nil : "in the last minute: " + done.joined(separator: ", ")
    }
}
