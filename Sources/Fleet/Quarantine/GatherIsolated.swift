import Contract
import LeadModel
import Rabbit
import Registry

/// Quarantine: what may crash a worker is worked on in isolation, with nothing else in flight in the whole process.
///
/// Every unacknowledged message of a crashed worker is redelivered, and most of them did not cause the crash. In
/// isolation, only the message, element or record that is in flight can cause one. Its crash count is raised before the
/// work and cleared when the work is settled. After three crashes it is set aside instead of tried again.
extension Lane {
    /// Takes the next quarantined message, the next element of the one in progress, or a record that a former holder of the
    /// leased partition had in flight, and raises its crash count.
    func gatherIsolated() throws -> Batch {
        if isolated != nil { return try gatherElement() }
        guard let delivery = inbox.takeQuarantined() else { return try gatherAbandoned() }
        let crashCount = delivery.message.contentHash
        guard try raiseCrashCount(crashCount) else {
            var batch = Batch([delivery], [ParsedMessage(key: nil, content: .elements([]))])
            batch.refused = [(Origin(delivery: 0, element: nil), .poison())]
            batch.crashCounts = [crashCount]
            return batch
        }
        let message = read(delivery)
        guard case .elements(let elements) = message.content, elements.count > 1,
            let bytes = delivery.message.batchElements, bytes.count == elements.count
        else {
            var batch = Batch([delivery], [message])
            batch.crashCounts = [crashCount]
            return batch
        }
        // Parsing the message did not crash. From here on each element has its own crash count.
        try clearCrashCounts([crashCount])
        isolated = IsolatedDelivery(delivery: delivery, message: message, elements: elements, bytes: bytes)
        return try gatherElement()
    }

    private func gatherElement() throws -> Batch {
        guard var isolated else { return Batch() }
        let number = isolated.next
        isolated.next += 1
        let isLast = isolated.next == isolated.elements.count
        let crashCount = FNV1a.hash(isolated.bytes[number])
        let mayTry = try raiseCrashCount(crashCount)
        if !mayTry { isolated.setAside.append((number, crashCount)) }
        self.isolated = isLast ? nil : isolated
        let content = mayTry ? [isolated.elements[number]] : []
        var batch = Batch(
            [isolated.delivery], [ParsedMessage(key: isolated.message.key, content: .elements(content))],
            firstElement: number)
        batch.crashCounts = mayTry ? [crashCount] : []
        // The message is acknowledged with its last element.
        if isLast {
            batch.refused += isolated.setAside.map { (Origin(delivery: 0, element: $0.element), .poison()) }
            batch.crashCounts += isolated.setAside.map(\.crashCount)
        } else {
            batch.lastTags = [:]
        }
        return batch
    }
}
