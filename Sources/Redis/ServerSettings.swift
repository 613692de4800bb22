/// What of a Redis server's settings Leadline depends on, and what is wrong with it.
public struct ServerSettings: Sendable {
    public enum Fault: Equatable, Sendable, CustomStringConvertible {
        /// Keys can disappear when the memory is full.
        case evicts(policy: String)
        /// What is stored is lost with the process.
        case notPersistent
        /// A power cut can lose the last writes.
        case flushesLate(mode: String)
        case tooOld(version: String)
        /// Redis doesn't allow this user to look.
        case unknown(command: String)

        /// Whether data can be lost or commands are missing. The others are only worth knowing.
        public var isSerious: Bool {
            switch self {
            case .evicts, .notPersistent, .tooOld: true
            case .flushesLate, .unknown: false
            }
        }

        public var description: String {
            switch self {
            case .evicts(let policy):
                "maxmemory-policy is \(policy): Redis may remove records when its memory is full; set noeviction"
            case .notPersistent: "appendonly is off: a restart of Redis loses acknowledged events; set appendonly yes"
            case .flushesLate(let mode):
                "appendfsync is \(mode): a power cut can lose the last acknowledged events; set appendfsync always"
            case .tooOld(let version): "Redis \(version) is too old: Leadline needs \(ServerSettings.least) or newer"
            case .unknown(let command):
                "\(command) is not allowed for this user: settings that Leadline depends on can't be checked"
            }
        }
    }

    /// The oldest version that has every command of ours.
    static let least = 7

    public let faults: [Fault]

    /// - Throws: `RedisError` if Redis is away.
    public init(of redis: RedisConnection) throws {
        let names = ["maxmemory-policy", "appendonly", "appendfsync"]
        var pipeline = Pipeline()
        for name in names { pipeline.add("CONFIG", "GET", name) }
        pipeline.add("INFO", "server")
        let replies = try redis.run(pipeline)
        func setting(_ index: Int) -> String? { replies[index].array?.dropFirst().first?.text }
        var faults: [Fault] = []
        if replies.prefix(names.count).contains(where: { $0.error != nil || $0.array?.isEmpty == true }) {
            faults.append(.unknown(command: "CONFIG GET"))
        }
        if let policy = setting(0), policy != "noeviction" { faults.append(.evicts(policy: policy)) }
        if let append = setting(1), append != "yes" {
            faults.append(.notPersistent)
        } else if let mode = setting(2), mode != "always" {
            faults.append(.flushesLate(mode: mode))
        }
        let version = replies[names.count].text.flatMap(Self.version)
        if let version, (version.split(separator: ".").first.flatMap { Int($0) } ?? 0) < Self.least {
            faults.append(.tooOld(version: version))
        } else if version == nil {
            faults.append(.unknown(command: "INFO"))
        }
        self.faults = faults
    }

    /// From a line "redis_version:7.0.15".
    private static func version(_ info: String) -> String? {
        info.split(whereSeparator: \.isNewline).first { $0.hasPrefix("redis_version:") }
            .map { String($0.dropFirst("redis_version:".count)) }
    }
}
