import LeadModel
import TestKit

/// One random history: events in any order and with repetitions; new versions, ranges and republications meanwhile;
/// lanes that overtake each other and die. It ends when no work is left.
struct ProtocolHistory {
    typealias Key = ProtocolWorld.Key

    let world: ProtocolWorld
    let events: [RecordEvent]
    let keys: [Key]
    private var lanes: [ProtocolLane] = []
    private var changes: Int
    /// How many steps a lane does in a row, and how likely it dies at each.
    private let bursts: [Int]
    private let deathChance: Double
    private(set) var isAtRest = false

    static let related: [Key] = [
        Key(kind: .account, id: "A1"), Key(kind: .account, id: "A2"), Key(kind: .contact, id: "C1"),
    ]

    init(seed: UInt64, without rules: Set<ProtocolRule> = []) {
        let world = ProtocolWorld(seed: seed, without: rules)
        let leads = (0..<world.random.pick([1, 2, 4])).map { Key(kind: .lead, id: Exact("L\($0)")) }
        let count = world.random.pick([4, 8, 16])
        events = (0..<count).map { Self.event($0, world.random.pick(leads + Self.related), &world.random) }
        changes = world.random.pick([0, 0, 1, 2, 4])
        bursts = world.random.pick([[1], [1, 1, 1, 8], [1, 8, 16]])
        deathChance = world.random.pick([0.005, 0.03, 0.03])
        keys = leads + Self.related
        self.world = world
        if world.random.chance(0.8) { world.publish(1) }
        run()
    }

    private static func event(_ number: Int, _ key: Key, _ random: inout SeededGenerator) -> RecordEvent {
        let roll = Double.random(in: 0..<1, using: &random)
        let verb: Verb =
            roll < 0.2 ? random.pick([.created, .imported]) : roll < 0.9 ? .updated : roll < 0.975 ? .deleted : .erased
        var said: [FieldValue] = []
        func say(_ field: Field, _ chance: Double, _ values: [Value?]) {
            if random.chance(chance) { said.append(FieldValue(field, random.pick(values))) }
        }
        say(.attribute("a"), 0.4, [.number(1), .number(2), nil])
        say(.attribute("b"), 0.4, [.number(1), .number(2), nil])
        say(.name, 0.3, [.text("n"), .text("m"), nil])
        if key.kind == .lead {
            say(.attribute("account.b"), 0.15, [.number(1), nil])
            say(.attribute("web.c"), 0.3, [.number(1), .number(2), nil])
            say(.status, 0.15, [.text("qualified"), .text("open")])
            // Not drawn: histories keep the course that other rules need to be noticed.
            if number % 3 == 0 { said.append(FieldValue(.closedAt, .number(Double(number)))) }
            say(.account, 0.3, [.text("A1"), .text("A1"), .text("A2"), nil])
            say(.contact, 0.2, [.text("C1"), .text("C1"), nil])
        }
        return RecordEvent(
            kind: key.kind, verb: verb, recordID: key.id, source: "test", id: "\(number)",
            time: Moment(milliseconds: Int64.random(in: 1...9, using: &random)),
            sequence: [nil, nil, "1", nil, "2"][number % 5],
            isPatch: verb == .updated && random.chance(0.6), fields: said)
    }

    private mutating func run() {
        var feed = events.flatMap { event in (0..<world.random.pick([1, 1, 1, 2])).map { _ in event } }
        feed.shuffle(using: &world.random)
        var steps = 0
        while !feed.isEmpty || isLeft || !lanes.allSatisfy(\.isIdle) {
            steps += 1
            guard steps < 20_000 else { return }
            if let event = feed.last, world.random.chance(0.3) {
                feed.removeLast()
                world.queue.append(.init(tag: steps, event: event))
            }
            if changes > 0, world.random.chance(0.05) {
                changes -= 1
                changeRegistry()
            }
            pass()
            if world.consumers.chance(0.1) { world.relay(isRefused: world.consumers.chance(0.2)) }
            if lanes.count < 3 { lanes.append(ProtocolLane(world, number: steps)) }
            let place = lanes.indices.randomElement(using: &world.random)!
            // Some lanes run far ahead while others pause. Otherwise no whole turn would ever happen between two steps.
            for _ in 0..<world.random.pick(bursts) {
                if world.deaths < 30, world.random.chance(deathChance) {
                    die(lanes.remove(at: place))
                    break
                }
                lanes[place].advance()
            }
        }
        isAtRest = true
    }

    private var isLeft: Bool {
        let sweep = world.sweeps[.lead] ?? .init()
        let signature = world.signature(world.registry.version, world.registry.publications)
        return changes > 0 || !world.queue.isEmpty || !world.undelivered.isEmpty || !world.requests.isEmpty
            || !world.fanOuts.isEmpty
            || !world.work.isEmpty || !world.inFlight.isEmpty || !sweep.filling.isEmpty
            || signature != nil && (!world.dirty.isEmpty || sweep.signature != signature)
    }

    /// Lets time pass, sometimes months.
    private func pass() {
        if world.random.chance(0.1) { world.clock += world.random.pick([0, 1, 1, 40 * 86_400_000]) }
        if world.random.chance(0.05) {
            world.today += 2
            world.due = world.today
        }
        if world.clearsDirty, world.random.chance(0.3) { (world.dirty, world.clearsDirty) = ([], false) }
    }

    private func changeRegistry() {
        switch world.random.pick([0, 0, 0, 1, 2, 3, 3, 4]) {
        case 0: world.publish(world.versions + 1)
        case 1: if world.versions > 0 { world.publish(Int.random(in: 1...world.versions, using: &world.random)) }
        case 2: world.deleteModel()
        case 3:
            world.set(world.random.pick([.standard, GradeRanges(a: 60, b: 40, c: 20), GradeRanges(a: 9, b: 8, c: 7)]))
        default: world.republish()
        }
    }

    /// The lane's messages are redelivered, and its lease lapses.
    private func die(_ lane: ProtocolLane) {
        world.deaths += 1
        for place in world.queue.indices where world.queue[place].lane == lane.number {
            (world.queue[place].lane, world.queue[place].isRedelivered) = (nil, true)
        }
        for kind in RecordKind.allCases where world.sweeps[kind]?.lane == lane.number { world.sweeps[kind]?.lane = nil }
    }
}
