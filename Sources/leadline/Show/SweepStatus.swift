import Contract
import Fleet
import LeadModel
import Redis
import Registry

/// How the sweeps of an organization stand: a shape of the contract, and for people.
struct SweepStatus: Encodable {
    var organization: String
    /// As it is set: "03:00", "Europe/Berlin".
    var sweep, zone: String
    var nextDue: String
    /// What the clock of the zone shows then.
    var nextDueLocal: String
    var entities: [OfEntity]
    /// Accounts and contacts whose change is still to be told to those that name them.
    var fanOuts: Int
    /// Partitions in which something that has expired is still to be removed.
    var expiring: Int

    struct OfEntity: Encodable {
        var entity: String
        /// When the sweep was due or asked for that was started last.
        @OrNull var lastSweep: String?
        var running: Bool
        /// Of the sweep that was started last: what it took so far and what of that is left, what workers have in hand
        /// included. While it is filled there are more to come.
        var records, left: Int
        var filling: Bool
        /// Partitions in all, that are not done, and of these in a worker's hand.
        var partitions, partitionsLeft, partitionsHeld: Int
        /// Changed records that wait for the next sweep.
        var changed: Int
        var asked: [Asked]
    }

    struct Asked: Encodable {
        var at, what: String
        @OrNull var queue: String?
    }

    /// Looks, and changes nothing.
    init(_ name: String, settings: OrganizationSettings, _ redis: RedisConnection, now: Moment) throws {
        let store = SweepStore(redis)
        let daily = SweepStarts.time(settings)
        let due = daily.next(after: max(now, settings.created))
        (organization, sweep, zone) = (name, settings.sweepTime, settings.zone)
        (nextDue, nextDueLocal) = (due.text, daily.localText(due))
        let states = try store.states(
            of: RecordKind.allCases.flatMap { kind in
                (0..<settings.partitions).map { Partition(organization: name, kind: kind, number: $0) }
            })
        entities = try Entity.allCases.map { entity in
            let asks = try store.requests(organization: name, entity: entity)
            return OfEntity(entity, states.filter { $0.partition.kind == RecordKind(entity) }, asks)
        }
        fanOuts = states.map(\.fanOuts).reduce(0, +)
        expiring = states.count(where: \.isExpiring)
    }

    var text: String {
        var table = Table(
            header: ["", "last sweep", "now", "left", "of", "partitions held", "changed since"],
            rightAligned: [3, 4, 5, 6])
        table.rows = entities.map { one in
            let now = one.running ? one.filling ? "collecting records" : "running" : "nothing to do"
            return [
                one.entity, one.lastSweep ?? "none yet", now, one.running ? "\(one.left)" : "", "\(one.records)",
                one.running ? "\(one.partitionsHeld) of \(one.partitionsLeft)" : "", "\(one.changed)",
            ]
        }
        var lines = ["\(organization): the next daily sweep is due \(nextDueLocal) \(zone)", "", table.render()]
        for one in entities {
            for ask in one.asked {
                let what = ask.queue.map { "\(ask.what) to \($0.printable)" } ?? ask.what
                lines.append("asked for, \(one.entity): \(what), at \(ask.at)")
            }
        }
        if fanOuts > 0 { lines.append("changed accounts and contacts that are still to be told on: \(fanOuts)") }
        if expiring > 0 { lines.append("partitions with something expired that is still to be removed: \(expiring)") }
        return lines.joined(separator: "\n")
    }
}

extension SweepStatus.OfEntity {
    fileprivate init(_ entity: Entity, _ states: [SweepState], _ asks: [NumberedSweepRequest]) {
        self.entity = entity.rawValue
        let last = states.map(\.started).max() ?? 0
        lastSweep = last > 0 ? Moment(milliseconds: last).text : nil
        running = states.contains { !$0.isSwept }
        (records, left) = (states.map(\.total).reduce(0, +), states.map(\.left).reduce(0, +))
        filling = states.contains { $0.filling != nil }
        partitions = states.count
        partitionsLeft = states.count { !$0.isSwept }
        partitionsHeld = states.count { !$0.isSwept && $0.isHeld }
        changed = states.map(\.dirty).reduce(0, +)
        // Those that are older than the oldest start are done with, and only not removed yet.
        let oldest = states.map(\.started).min() ?? 0
        asked = asks.filter { $0.sweep > oldest }.map { ask in
            let at = Moment(milliseconds: ask.sweep).text
            return switch ask.request {
            case .run: .init(at: at, what: "run", queue: nil)
            case .grades: .init(at: at, what: "grades", queue: nil)
            case .unscored: .init(at: at, what: "unscored", queue: nil)
            case .republish(let queue): .init(at: at, what: "republish", queue: queue)
            }
        }
    }
}
