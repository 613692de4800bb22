import Contract
import LeadModel
import Rabbit
import Redis
import Registry

// Poison and bystanders: what came back again and again is worked alone, and counted.

/// A message that is worked with nothing else in hand in the whole process, element by element.
struct Suspect {
    let parcel: Delivery
    let reading: ParsedMessage
    let elements: [ParsedMessage.Element]
    /// Each element's own.
    let bytes: [[UInt8]]
    var next = 0
    /// Those that were tried too often, with their counters. They stand until the message is done: else each death over a
    /// later element would have the earlier ones tried anew.
    var setAside: [(element: Int, tries: UInt64)] = []
}

extension Lane {
    /// Deaths alone in hand after which it is set aside.
    static let mostCrashes = 3

    /// Takes the next suspect, or the next element of the one in hand, and writes down that it is tried.
    ///
    /// The count is raised before it is worked, and cleared by its outcome: so it counts the deaths that it alone can
    /// have caused. What stands at three is not worked again but set aside.
    func gatherAlone() throws -> Batch {
        if suspect != nil { return try gatherElement() }
        guard let parcel = inbox.takeSuspect() else { return try gatherAbandoned() }
        var whole = Batch([parcel], [ParsedMessage(key: nil, content: .elements([]))])
        whole.tries = [FNV1a.hash(parcel.delivery.body)]
        guard try countAttempt(of: whole.tries[0]) else {
            whole.refused = [(Origin(parcel: 0, element: nil), .poison())]
            return whole
        }
        let reading = read(parcel)
        guard case .elements(let elements) = reading.content, elements.count > 1,
            let bytes = BatchElements.of(parcel.delivery.body), bytes.count == elements.count
        else {
            var batch = Batch([parcel], [reading])
            batch.tries = whole.tries
            return batch
        }
        // That it can be read has been seen. From here on its elements are told apart.
        try clearCrashCounts(whole.tries)
        suspect = Suspect(parcel: parcel, reading: reading, elements: elements, bytes: bytes)
        return try gatherElement()
    }

    private func gatherElement() throws -> Batch {
        guard var suspect else { return Batch([], []) }
        let number = suspect.next
        suspect.next += 1
        let isLast = suspect.next == suspect.elements.count
        let tries = FNV1a.hash(suspect.bytes[number])
        let isTried = try countAttempt(of: tries)
        if !isTried { suspect.setAside.append((number, tries)) }
        self.suspect = isLast ? nil : suspect
        let content = isTried ? [suspect.elements[number]] : []
        var batch = Batch(
            [suspect.parcel], [ParsedMessage(key: suspect.reading.key, content: .elements(content))],
            firstElement: number)
        batch.tries = isTried ? [tries] : []
        // The message is done with its last element.
        if isLast {
            batch.refused += suspect.setAside.map { (Origin(parcel: 0, element: $0.element), .poison()) }
            batch.tries += suspect.setAside.map(\.tries)
        } else {
            batch.lastTags = [:]
        }
        return batch
    }

    /// - Returns: false if it was tried too often.
    func countAttempt(of work: UInt64) throws -> Bool {
        try whileRedisIsThere {
            let tries = CrashCounter(redis)
            let count = try tries.count(of: work)
            guard count < Self.mostCrashes else { return false }
            raised.insert(work)
            // ParsedMessage and writing may each be done again when an answer was lost; raising would count twice.
            try tries.set(count + 1, of: work)
            return true
        }
    }

    func clearCrashCounts(_ works: [UInt64]) throws {
        guard !works.isEmpty else { return }
        try whileRedisIsThere { for work in works { try CrashCounter(redis).clear(work) } }
        raised.subtract(works)
    }

    /// Takes back the counts of what was alone in hand where the lane ends because the broker is away or Redis cannot do its
    /// part, or because it was held up or told to stop for too long: nothing died of it, however often that is. Where Redis
    /// is away too they stand until the work has an outcome.
    func takeBackCrashCounts(after error: any Error) {
        let isOfServers =
            switch error {
            case is RedisError: true
            case let error as RabbitError: error.isAway
            case is HeldTooLong, is DrainTooLong, is Stopped, is TopologyDamaged: true
            default: false
            }
        guard isOfServers, !raised.isEmpty else { return }
        try? redis.setTimeout(.seconds(1))
        for work in raised { try? CrashCounter(redis).clear(work) }
    }
}
