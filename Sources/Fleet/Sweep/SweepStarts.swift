import LeadModel
import Redis
import Registry

/// Finds which sweep of an organization is due, and starts it in each partition that has not started it. Any number of
/// processes may do so in parallel. If one dies halfway, another process or the next look starts the rest.
public final class SweepStarts {
    /// What one look found, after its starts.
    public struct Look: Sendable {
        /// Of all partitions, those of accounts and contacts too.
        public var states: [SweepState]
        /// Some partition is still to start what is due.
        public var isWaiting: Bool
        /// In how many partitions of each entity this look started a sweep.
        public var started: [Entity: Int] = [:]

        /// There is more to be done soon.
        public var isActive: Bool { isWaiting || states.contains(where: \.hasWork) }
        /// What a lane could take now.
        public var free: [Partition] { states.filter { $0.hasWork && !$0.isHeld }.map(\.partition) }
    }

    private struct Model: Hashable {
        var organization: String
        var entity: Entity
        var version: ModelVersion
    }

    private let redis: RedisConnection
    private let store: SweepStore
    /// Receives the reason why a sweep can't be started by this process. Other sweeps are still started.
    private let report: (String) -> Void
    /// Whether a version reads ages. Versions never change.
    private var usesTime: [Model: Bool] = [:]

    public init(_ redis: RedisConnection, report: @escaping (String) -> Void) {
        (self.redis, store, self.report) = (redis, SweepStore(redis), report)
    }

    /// Starts what is due, and looks. Nil if there is no such organization.
    ///
    /// - Parameter now: Redis's time, or what a test takes for it.
    public func look(_ organization: String, now: Moment) throws -> Look? {
        guard let settings = try RegistryReader(redis).settings(of: organization) else { return nil }
        let due = Self.due(settings, now: now)
        // The requests are read before the registry. A request is stored in the same step as the change of the registry
        // that caused it, so every request that is read here is started with that change.
        var requests: [Entity: [NumberedSweepRequest]] = [:]
        for entity in Entity.allCases {
            requests[entity] = try store.requests(
                organization: organization, entity: entity, due: due?.milliseconds ?? 0)
        }
        guard let registry = try facts(organization) else { return nil }
        var plans: [RecordKind: SweepStore.Start] = [:]
        for kind in RecordKind.allCases {
            plans[kind] = try plan(
                kind, organization, registry, requests: kind.entity.flatMap { requests[$0] } ?? [],
                due: due?.milliseconds)
        }
        let partitions = RecordKind.allCases.flatMap { kind in
            (0..<settings.partitions).map { Partition(organization: organization, kind: kind, number: $0) }
        }
        var states = try store.states(of: partitions)
        let wanting = states.compactMap { state in
            plans[state.partition.kind].flatMap { $0.sweep > state.started ? ($0, state.partition) : nil }
        }
        guard !wanting.isEmpty else {
            try forget(plans, states, organization)
            return Look(states: states, isWaiting: false)
        }
        var started: [Entity: Int] = [:]
        var outdated: [Partition] = []
        for (outcome, want) in zip(try store.start(wanting), wanting) {
            if outcome == .oldRegistry { outdated.append(want.1) }
            if outcome == .damaged {
                report(
                    """
                    \(organization): no sweep is started in partition \(want.1.kind.rawValue)/\(want.1.number): its keys in \
                    Redis have other types than they should; see `leadline check`
                    """)
            }
            if outcome == .started, let entity = want.1.kind.entity { started[entity, default: 0] += 1 }
        }
        // Usually another process started a sweep after a change that came meanwhile. The next look starts this one.
        if !outdated.isEmpty, let (from, to) = try EpochRepair(redis).repair(organization, outdated) {
            report(EpochRepair.words(organization, from, to))
        }
        states = try store.states(of: partitions)
        try forget(plans, states, organization)
        let isWaiting = states.contains { plans[$0.partition.kind]?.sweep ?? 0 > $0.started }
        return Look(states: states, isWaiting: isWaiting, started: started)
    }

    /// The last due time of the daily sweep; nil before the first.
    public static func due(_ settings: OrganizationSettings, now: Moment) -> Moment? {
        settings.dailyTime.last(at: now, after: settings.created)
    }

    /// What is to be started in a kind's partitions; nil if nothing is due, or this process can't read the published model.
    private func plan(
        _ kind: RecordKind, _ organization: String, _ registry: Facts, requests: [NumberedSweepRequest], due: Int64?
    ) throws -> SweepStore.Start? {
        guard let entity = kind.entity else {
            return due.map { .init(sweep: $0, epoch: registry.epoch, signature: nil, usesTime: false, requests: []) }
        }
        var requests = requests
        if let due { requests.append(NumberedSweepRequest(sweep: due, request: .run)) }
        guard let sweep = requests.map(\.sweep).max() else { return nil }
        guard let lineUp = registry.lineUps[entity] else { return nil }
        if lineUp.isDamaged {
            report("\(organization): no sweep of \(entity.plural) is started: what is published can't be read")
            return nil
        }
        do {
            return .init(
                sweep: sweep, epoch: registry.epoch,
                signature: lineUp.isEmpty
                    ? nil
                    : "\(lineUp.signature) \(registry.settings.window) \(registry.publications[entity] ?? 0) "
                        + registry.settings.process.rawValue,
                usesTime: try lineUp.usesTime
                    || lineUp.versions.contains { try self.usesTime($0, organization, entity) },
                requests: requests)
        } catch let error as Scorecard.ArtifactError {
            report("\(organization): no sweep of \(entity.plural) is started by this worker: \(error)")
            return nil
        }
    }

    private struct Facts {
        var settings: OrganizationSettings
        var publications: [Entity: Int64]
        var lineUps: [Entity: LineUp]
        var epoch: Int64
    }

    private func facts(_ organization: String) throws -> Facts? {
        let registry = RegistryReader(redis)
        guard let settings = try registry.settings(of: organization) else { return nil }
        var (publications, lineUps): ([Entity: Int64], [Entity: LineUp]) = ([:], [:])
        for entity in Entity.allCases {
            publications[entity] = try registry.publications(organization: organization, entity: entity)
            lineUps[entity] = try registry.lineUp(organization: organization, entity: entity)
        }
        // The line-up is read after the count of publications, and the epoch last. A model that is published in between
        // then causes one full sweep too many; in another order a full sweep could be missed.
        return Facts(
            settings: settings, publications: publications, lineUps: lineUps,
            epoch: try registry.epoch(of: organization))
    }

    private func usesTime(_ version: ModelVersion, _ organization: String, _ entity: Entity) throws -> Bool {
        let model = Model(organization: organization, entity: entity, version: version)
        if let known = usesTime[model] { return known }
        let scorecard = try RegistryReader(redis).scorecard(version, organization: organization, entity: entity)
        let uses = scorecard?.usesTime ?? false
        usesTime[model] = uses
        return uses
    }

    /// Removes the requests that every partition has started.
    private func forget(
        _ plans: [RecordKind: SweepStore.Start], _ states: [SweepState], _ organization: String
    ) throws {
        for entity in Entity.allCases {
            let kind = RecordKind(entity)
            let oldest = states.filter { $0.partition.kind == kind }.map(\.started).min() ?? 0
            let done = (plans[kind]?.requests ?? []).filter { $0.sweep <= oldest }
            try store.forget(done, organization: organization, entity: entity)
        }
    }
}
