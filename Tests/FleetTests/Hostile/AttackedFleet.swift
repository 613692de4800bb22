import Contract
import Fleet
import Foundation
import LeadModel
import Operations
import Redis
import Registry
import TestKit
import Testing

/// A fleet of two organizations: one attacks with messages that no client library writes, the other is a bystander. Each
/// attack must be accepted or rejected, once, and the bystander's leads must be scored as if nothing happened.
final class AttackedFleet {
    /// The bystander's.
    let stage: Stage
    let attacker = TestServers.org()
    let raw: RawClient
    /// Finds out which messages the broker itself refuses, by publishing them to nobody.
    private let probe: RawClient
    private(set) var worker: LeadlineProcess?
    private(set) var attacks: [Attack] = []
    /// When each lead of the bystander was published.
    private var published: [String: ContinuousClock.Instant] = [:]
    /// The result ids of each of the bystander's leads.
    private var scored: [String: Set<String>] = [:]
    /// How long each of the bystander's leads waited for its first result, in the order of the results.
    private(set) var latencies: [Duration] = []

    struct Attack {
        /// What is odd about it.
        var name: String
        /// The record that it is about. Its body contains it, so no two bodies are equal.
        var id: String
        /// Whether its body is an event that could be used.
        var isGood: Bool
        var body: [UInt8]
        /// Its header table as published, if it has one.
        var headers: [UInt8]?
        /// Whether the broker itself changes its headers: it sorts them when it adds one, writes L as l, and removes BCC.
        var isRewrittenByTheBroker: Bool { ["type L", "2,000 names", "BCC"].contains(where: name.contains) }
    }

    /// - Parameter servers: servers of the test's own; the shared ones if nil.
    /// - Parameter user: the attacker's at the broker, with the password "secret"; the worker's if nil.
    init(on servers: PrivateServers? = nil, user: String? = nil) throws {
        stage = if let servers { try Stage(servers) } else { try Stage() }
        var broker = stage.broker
        if let user { (broker.user, broker.password) = (user, "secret") }
        (raw, probe) = (RawClient(broker), RawClient(broker))
        try stage.publish(.byHand())
        try stage.addOrganization(attacker)
    }

    func startWorker(_ arguments: [String] = [], environment: [String: String] = [:]) throws {
        worker = try LeadlineProcess(workerOn: stage, arguments, environment: environment)
    }

    func stop() { worker?.kill() }

    // MARK: Publishing

    static let verbs = ["created", "updated", "imported"]

    /// Publishes an event of the attacker, or a body that is no JSON.
    ///
    /// - Parameter key: of the attacker and the verb if nil.
    /// - Returns: the broker's answer. Only what it confirmed counts as an attack.
    @discardableResult
    func attack(
        _ name: String, _ properties: RawProperties, isGood: Bool, verb: String = "created", key: [UInt8]? = nil
    ) throws -> RawClient.Answer {
        let id = "A\(attacks.count)"
        let event = TestEvent(verb, id, data: ["attributes": ["source": "web"]])
        let body = isGood ? event.body(attacker) : Array("no JSON \(id) at all".utf8)
        let key = key ?? Array("\(attacker).lead.\(verb)".utf8)
        let answer = try send(body, properties, key: key)
        guard answer == .confirmed else { return answer }
        attacks.append(
            Attack(name: "\(name), \(verb)", id: id, isGood: isGood, body: body, headers: properties[encoded: .headers])
        )
        return answer
    }

    /// Publishes a message of the attacker that doesn't count as an attack.
    @discardableResult
    func send(_ body: [UInt8], _ properties: RawProperties, key: [UInt8]) throws -> RawClient.Answer {
        let answer = try probe.publish([], to: "amq.fanout", key: [], properties)
        if answer == .confirmed { try raw.publishAhead(body, to: Names.records.name, key: key, properties) }
        return answer
    }

    /// Publishes leads of the bystander.
    func publishBystanders(_ count: Int = 1) throws {
        let ids = (0..<count).map { "B\(published.count + $0)" }
        for id in ids { published[id] = .now }
        try stage.publish(ids.map { .created($0, ["source": "web"]) })
    }

    /// Takes the results that have come.
    func hear() throws {
        for result in try stage.restOfResults(quietFor: .milliseconds(1)) {
            guard result.routingKey.hasPrefix(stage.org + "."), let published = published[result.subject] else {
                continue
            }
            if scored[result.subject] == nil { latencies.append(.now - published) }
            scored[result.subject, default: []].insert(result.id)
        }
    }

    /// Publishes leads of the bystander one after another.
    ///
    /// - Returns: the median of how long their results took.
    func medianLatency(of count: Int) throws -> Duration {
        for _ in 0..<count {
            try publishBystanders()
            #expect(try stage.eventually { try areBystandersScored })
        }
        return latencies.suffix(count).sorted()[count / 2]
    }

    private var areBystandersScored: Bool {
        get throws {
            try hear()
            return scored.count == published.count
        }
    }

    // MARK: Expecting

    /// Expects that the worker lives and never lost a connection, that the bystander's leads were all scored once, and that
    /// each attack was accepted or rejected.
    func expectUndisturbed(within time: Duration = .seconds(60)) throws {
        let worker = try #require(worker)
        try raw.awaitConfirms()
        let areScored = try stage.eventually(within: time) {
            try !worker.isRunning || areBystandersScored
        }
        #expect(areScored && worker.isRunning, "the worker crashed:\n\(worker.printed.suffix(3000))")
        #expect(try areBystandersScored, "\(scored.count) of \(published.count)\n\(worker.printed.suffix(3000))")
        #expect(scored.values.allSatisfy { $0.count == 1 }, "one result id a lead")
        let areSettled = try stage.eventually(within: time) {
            try !worker.isRunning || accepted().count + rejectedCount() >= attacks.count
        }
        #expect(areSettled && worker.isRunning, "\(worker.printed.suffix(3000))")
        #expect(try stage.usage() == UsageCount(records: published.count, scorings: published.count))
        #expect(worker.count(of: "is away") == 0, "\(worker.printed.suffix(3000))")
    }

    /// Expects that each attack is stored, or is the body of one rejected message, and that nothing else was rejected.
    ///
    /// - Returns: the properties of what was rejected, in the attacks' order. It stays in the queue.
    @discardableResult
    func expectSettledOnce() throws -> [(attack: Attack, properties: [UInt8])] {
        let messages = try raw.returnAll(of: Names.rejected.name)
        #expect(try stage.eventually { try rejectedCount() == messages.count })
        var rejected = Dictionary(grouping: messages, by: \.body).mapValues { $0.map(\.properties) }
        let accepted = try accepted()
        var found: [(attack: Attack, properties: [UInt8])] = []
        for attack in attacks {
            let properties = rejected.removeValue(forKey: attack.body) ?? []
            let count = properties.count + (accepted.contains(attack.id) ? 1 : 0)
            #expect(count == 1, "\(attack.name), good: \(attack.isGood): settled \(count) times")
            if let first = properties.first { found.append((attack, first)) }
        }
        #expect(rejected.isEmpty, "a body that nobody published was rejected")
        return found
    }

    /// Expects that headers went on as the bytes that they came as, or not at all, which is said; and that nothing which
    /// only the broker or Leadline may say went on.
    static func expectOpaque(_ rejected: [(attack: Attack, properties: [UInt8])]) {
        for (attack, properties) in rejected {
            let bytes = Data(properties)
            let isDropped = bytes.range(of: Data(Names.Header.headersDropped.utf8)) != nil
            let forged = (HostileProperties.ourNames + ["x-death", "x-first-death", "x-delivery-count"]).filter {
                attack.name.hasPrefix($0)
            }
            if let name = forged.first {
                let count = occurrences(of: Data(name.utf8), in: bytes)
                #expect(count <= (HostileProperties.setAgain.contains(name) ? 1 : 0), "\(attack.name) went on")
            } else if let headers = attack.headers?.dropFirst(4), !headers.isEmpty, !attack.isRewrittenByTheBroker {
                #expect(isDropped || bytes.range(of: Data(headers)) != nil, "\(attack.name): other headers went on")
            }
        }
    }

    /// Expects that no rejected message is of the bystander, and takes all of them out of the queue: returning many
    /// thousands takes RabbitMQ minutes.
    func expectBystanderIsNotRejected() throws {
        for message in try stage.consume(Names.rejected) {
            let origin = message.properties.headers[Names.Header.origin]?.text
            #expect(![origin, message.routingKey].contains { $0?.hasPrefix(stage.org + ".") ?? false })
        }
    }

    /// Expects that every warning and error that the worker logged names the attacker, and none the bystander.
    func expectLogBlamesTheAttacker() throws {
        let lines = try #require(worker).printed.split(separator: "\n")
        for line in lines where line.contains(" WARNING ") || line.contains(" ERROR ") {
            #expect(line.contains(attacker) && !line.contains(stage.org), "\(line)")
        }
    }

    /// Expects all of that, also after an operator has requeued what was rejected.
    ///
    /// - Returns: what was rejected the first time.
    @discardableResult
    func expectSettledOnceAlsoRequeued() throws -> [(attack: Attack, properties: [UInt8])] {
        try expectUndisturbed()
        let rejected = try expectSettledOnce()
        try requeueAll()
        try expectSettledOnce()
        try expectNothingLeft()
        return rejected
    }

    /// Stops the worker, and expects that no work is left.
    func expectNothingLeft() throws {
        #expect(worker?.terminate() == 0)
        for queue in [Names.created, Names.updated, Names.imported, Names.undelivered] {
            #expect(try count(of: queue) == 0)
        }
    }

    /// Lists, shows and requeues all that was rejected, as an operator does; all of it is rejected again, once.
    ///
    /// - Parameter areRoutable: whether a queue takes each of the keys; the messages of other keys stay.
    func requeueAll(areRoutable: Bool = true) throws {
        let (queue, count) = (RejectedQueue(stage.broker), try rejectedCount())
        let before = try count + accepted().count
        let page = try queue.list(limit: count)
        #expect(page.count == count)
        #expect(page.entries.map(\.number) == (0..<count).map { $0 + 1 })
        #expect(try queue.list(organization: stage.org, limit: 1).count == 0, "the bystander has none of them")
        for number in Set([1, count / 2, count]) where number > 0 {
            #expect(try queue.message(number)?.body.isEmpty == false)
        }
        let outcome = try queue.requeue(.all)
        #expect(outcome.requeued + outcome.stayed == count && (outcome.stayed == 0 || !areRoutable), "\(outcome)")
        // A property that was dropped may have been all that was wrong.
        let settled = { [self] in try rejectedCount() + accepted().count }
        let areBack = try stage.eventually(within: .seconds(60)) { try settled() == before }
        let after = try settled()
        #expect(areBack, "\(after) of \(before) were settled again\n\(worker?.printed.suffix(3000) ?? "")")
    }

    private static func occurrences(of words: Data, in bytes: Data) -> Int {
        var (count, rest) = (0, bytes[...])
        while let found = rest.range(of: words) { (count, rest) = (count + 1, rest[found.upperBound...]) }
        return count
    }

    func rejectedCount() throws -> Int { try count(of: Names.rejected) }

    /// How many messages wait in a queue.
    func count(of queue: Names.Queue) throws -> Int {
        try stage.withChannel { try $0.declareQueue(queue.name, on: $1, passive: true).messageCount }
    }

    /// The attacks whose records are stored.
    private func accepted() throws -> Set<String> { try stored(attacks.filter(\.isGood).map(\.id)) }

    /// Which of the attacker's leads are stored.
    private func stored(_ ids: [String]) throws -> Set<String> {
        guard !ids.isEmpty else { return [] }
        let records = try stage.withRedis { try RecordStore($0).load(ids.map(place)).records }
        return Set(zip(ids, records).filter { $1.revision > 0 }.map(\.0))
    }

    /// Where a lead of the attacker is stored.
    func place(of id: String) -> RecordStore.Place {
        RecordStore.Place(
            of: Exact(id), kind: .lead, organization: attacker, partitions: OrganizationSettings().partitions)
    }

    /// Waits until all these leads of the attacker are stored.
    func awaitStored(_ ids: [String]) throws {
        #expect(try stage.eventually { try stored(ids).count == ids.count })
    }
}
