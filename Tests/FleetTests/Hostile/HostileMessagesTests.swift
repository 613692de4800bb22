import Contract
import Fleet
import Foundation
import Rabbit
import TestKit
import Testing

@Suite("Messages that no client library writes", .onOwnThreads)
struct HostileMessagesTests {
    @Test("header names that grow when they are read are rejected once, and requeued, without a neighbour's noticing")
    func wideNames() throws {
        let fleet = try AttackedFleet()
        defer { fleet.stop() }
        let names = RawTable([([UInt8](repeating: 0xff, count: 200), .int64(1))])
        for verb in AttackedFleet.verbs {
            try fleet.attack("wide", RawProperties(headers: ["a": .table(names)]), isGood: false, verb: verb)
            try fleet.publishBystanders(5)
        }
        try fleet.startWorker()
        try fleet.expectUndisturbed()
        try fleet.requeueAll()
        #expect(try fleet.expectSettledOnce().count == 3)
        try fleet.expectNothingLeft()
    }

    @Test("headers are nested 1 to 30,000 levels deep, with good and with bad bodies")
    func nested() throws {
        let fleet = try AttackedFleet()
        defer { fleet.stop() }
        try fleet.startWorker()
        // Names take a byte more a level, so lists can be deeper.
        let kinds: [(levels: Int, nesting: RawTable.Nesting)] = [
            (1, .tables), (10, .lists), (100, .both), (1000, .tables), (8000, .tables), (8000, .lists),
            (18_000, .tables),
            (20_000, .both), (26_000, .lists), (30_000, .lists),
        ]
        for (number, kind) in kinds.enumerated() {
            let properties = RawProperties(headers: .nested(kind.levels, kind.nesting))
            for isGood in [true, false] {
                try fleet.attack(
                    "\(kind.levels) levels of \(kind.nesting)", properties, isGood: isGood,
                    verb: AttackedFleet.verbs[number % 3])
            }
            try fleet.publishBystanders()
        }
        // A header is one frame of 128 KiB: the broker refuses what is deeper.
        #expect(fleet.attacks.count == 2 * (kinds.count - 1))
        AttackedFleet.expectOpaque(try fleet.expectSettledOnceAlsoRequeued())
    }

    @Test("headers, properties, and what only the broker or Leadline may say: each is accepted or rejected, once")
    func properties() throws {
        let fleet = try AttackedFleet()
        defer { fleet.stop() }
        try fleet.startWorker()
        for (number, kind) in HostileProperties.some().enumerated() {
            for (step, isGood) in [true, false].enumerated() {
                let verb = AttackedFleet.verbs[(number + step) % 3]
                try fleet.attack(kind.name, kind.properties, isGood: isGood, verb: verb)
            }
            if number % 4 == 0 { try fleet.publishBystanders() }
        }
        AttackedFleet.expectOpaque(try fleet.expectSettledOnceAlsoRequeued())
    }

    @Test("all of that again, returned to its queue twice before: the broker has rewritten the headers")
    func redelivered() throws {
        let fleet = try AttackedFleet()
        defer { fleet.stop() }
        for (number, kind) in HostileProperties.some().enumerated() {
            try fleet.attack(kind.name, kind.properties, isGood: number % 2 == 0, verb: AttackedFleet.verbs[number % 3])
            if number % 8 == 0 { try fleet.publishBystanders() }
        }
        for queue in [Names.created, Names.updated, Names.imported] {
            for _ in 0..<2 { try fleet.raw.returnAll(of: queue.name) }
        }
        try fleet.startWorker()
        try fleet.expectUndisturbed()
        AttackedFleet.expectOpaque(try fleet.expectSettledOnce())
        try fleet.expectNothingLeft()
    }

    @Test("headers that fill the largest frame, to which the broker adds its own and Leadline the refusal's")
    func fullFrames() throws {
        let fleet = try AttackedFleet()
        defer { fleet.stop() }
        // A frame's 8 bytes, a header's 14, delivery mode and content type, and the field's own 6 take 58.
        for size in [100_000, 130_000, 130_700, 130_900, 130_980, 131_000, 131_013, 131_014, 131_020] {
            let headers: RawTable = ["k": .text([UInt8](repeating: 0x7a, count: size))]
            for isGood in [true, false] {
                try fleet.attack("\(size) bytes", RawProperties(headers: headers), isGood: isGood)
            }
            try fleet.publishBystanders()
        }
        #expect(fleet.attacks.contains { $0.name.hasPrefix("131013") }, "the largest frame was tried")
        for _ in 0..<2 { try fleet.raw.returnAll(of: Names.created.name) }
        try fleet.startWorker()
        AttackedFleet.expectOpaque(try fleet.expectSettledOnceAlsoRequeued())
    }
}
