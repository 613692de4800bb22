import Contract
import LeadModel
import Registry

// Poison and bystanders: what came back again and again is worked alone, and counted.

/// A message that is worked with nothing else in hand in the whole process, element by element.
struct Suspect {
    let parcel: Parcel
    let reading: Reading
    let elements: [Reading.Element]
    /// Each element's own.
    let bytes: [[UInt8]]
    var next = 0
}

extension Lane {
    /// Deaths alone in hand after which it is set aside.
    static let mostTries = 3

    /// Takes the next suspect, or the next element of the one in hand, and writes down that it is tried.
    ///
    /// The count is raised before it is worked, and cleared by its outcome: so it counts the deaths that it alone can
    /// have caused. What stands at three is not worked again but set aside.
    func gatherAlone() throws -> Batch {
        if suspect != nil { return try gatherElement() }
        guard let parcel = inbox.takeSuspect() else { return Batch([], []) }
        var whole = Batch([parcel], [Reading(key: nil, content: .elements([]))])
        whole.tries = [FNV1a.hash(parcel.delivery.body)]
        guard try raiseTries(of: whole.tries[0]) else {
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
        try clearTries(whole.tries)
        suspect = Suspect(parcel: parcel, reading: reading, elements: elements, bytes: bytes)
        return try gatherElement()
    }

    private func gatherElement() throws -> Batch {
        guard var suspect else { return Batch([], []) }
        let number = suspect.next
        suspect.next += 1
        let isLast = suspect.next == suspect.elements.count
        self.suspect = isLast ? nil : suspect
        let tries = FNV1a.hash(suspect.bytes[number])
        let isTried = try raiseTries(of: tries)
        let content = isTried ? [suspect.elements[number]] : []
        var batch = Batch(
            [suspect.parcel], [Reading(key: suspect.reading.key, content: .elements(content))], firstElement: number)
        batch.tries = [tries]
        if !isTried { batch.refused = [(Origin(parcel: 0, element: number), .poison())] }
        // The message is done with its last element.
        if !isLast { batch.lastTags = [:] }
        return batch
    }

    /// - Returns: false if it was tried too often.
    private func raiseTries(of work: UInt64) throws -> Bool {
        try whileRedisIsThere {
            let tries = Tries(redis)
            let count = try tries.count(of: work)
            guard count < Self.mostTries else { return false }
            // Reading and writing may each be done again when an answer was lost; raising would count twice.
            try tries.set(count + 1, of: work)
            return true
        }
    }

    func clearTries(_ works: [UInt64]) throws {
        guard !works.isEmpty else { return }
        try whileRedisIsThere { for work in works { try Tries(redis).clear(work) } }
    }
}
