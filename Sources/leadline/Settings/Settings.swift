import Configuration
import Fleet
import Foundation
import Rabbit
import Redis
import Running
import Yams

/// Every setting, read once from `config/leadline.yaml` (or the file that LEADLINE_SETTINGS names) and the environment,
/// which takes precedence. `broker.url` in the file is `LEADLINE_BROKER_URL` in the environment.
struct Settings {
    var broker: RabbitAddress?
    var redis: RedisAddress?
    var lanes = 1
    var batch = 256
    /// KiB of a stored record.
    var record = 256
    /// Seconds.
    var poll = 5
    var logFormat = LogFormat.text
    /// The ledger's SQLite file.
    var ledgerFile = Servers.home.folder + "/ledger.sqlite"
    /// Days that the ledger keeps scorings and ended records.
    var ledgerDays = 400
    /// Seconds added to Redis's clock by a worker, to try out months and time zones.
    var clockOffset: Int64 = 0
    /// Where a worker fails on purpose. Only from the environment: in a file it could be forgotten.
    var failPoints: FailPoints?
    /// Seconds between two publications of usage and two lines of the stats log, for trials.
    var minute = 60

    private enum Key: String, CaseIterable {
        case broker = "broker.url"
        case redis = "redis.url"
        case lanes = "worker.lanes"
        case batch = "worker.batch"
        case record = "worker.record"
        case poll = "worker.poll"
        case logFormat = "log.format"
        case ledgerFile = "ledger.file"
        case ledgerDays = "ledger.days"
        case clockOffset = "clock.offset"
        case minute = "clock.minute"

        var variable: String { "LEADLINE_" + rawValue.uppercased().replacing(".", with: "_") }
    }

    private static let failPointsVariable = "LEADLINE_FAIL_POINTS"
    /// Variables without a key in the file.
    private static let otherVariables = ["LEADLINE_SETTINGS", "LEADLINE_HOME", failPointsVariable]

    static func read(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> Settings {
        let path = environment["LEADLINE_SETTINGS"] ?? "config/leadline.yaml"
        let file = try fileValues(path, mustExist: environment["LEADLINE_SETTINGS"] != nil)
        for variable in environment.keys.sorted()
        where variable.hasPrefix("LEADLINE_") && !variable.hasPrefix("LEADLINE_TEST_")
            && !otherVariables.contains(variable) && !Key.allCases.contains(where: { $0.variable == variable })
        {
            throw SettingsError("\(variable) is not a setting; the settings are \(names(\.variable))")
        }
        let reader = ConfigReader(providers: [
            EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "leadline"),
            InMemoryProvider(values: file),
        ])
        func value<T>(_ key: Key, _ what: String, _ parse: (String) throws -> T?) throws -> T? {
            guard let text = reader.string(forKey: ConfigKey(stringLiteral: key.rawValue)) else { return nil }
            let name = environment[key.variable] != nil ? key.variable : "\(key.rawValue) in \(path)"
            do {
                if let value = try parse(text) { return value }
            } catch {
                throw SettingsError("\(name): \(error)")
            }
            throw SettingsError("\(name) must be \(what)")
        }
        var settings = Settings()
        settings.broker = try value(.broker, "an amqp:// address") { try RabbitAddress($0) }
        settings.redis = try value(.redis, "a redis:// address") { try RedisAddress($0) }
        settings.lanes = try value(.lanes, "1 to 64", number(1...64)) ?? settings.lanes
        settings.batch = try value(.batch, "1 to 4096", number(1...4096)) ?? settings.batch
        settings.record = try value(.record, "16 to 4096 KiB", number(16...4096)) ?? settings.record
        settings.poll = try value(.poll, "1 to 3600 seconds", number(1...3600)) ?? settings.poll
        settings.logFormat = try value(.logFormat, "text or json") { LogFormat(rawValue: $0) } ?? settings.logFormat
        settings.ledgerFile = try value(.ledgerFile, "a path") { $0.isEmpty ? nil : $0 } ?? settings.ledgerFile
        settings.ledgerDays = try value(.ledgerDays, "1 to 3660 days", number(1...3660)) ?? settings.ledgerDays
        settings.clockOffset =
            try value(.clockOffset, "a number of seconds, at most ten years") { text in
                Int64(text).flatMap { $0.magnitude <= 315_576_000 ? $0 : nil }
            } ?? settings.clockOffset
        do {
            settings.failPoints = try environment[failPointsVariable].map { try FailPoints($0) }
        } catch {
            throw SettingsError("\(failPointsVariable): \(error)")
        }
        settings.minute = try value(.minute, "1 to 3600 seconds", number(1...3600)) ?? settings.minute
        return settings
    }

    private static func number(_ range: ClosedRange<Int>) -> (String) -> Int? {
        { text in Int(text).flatMap { range.contains($0) ? $0 : nil } }
    }

    private static func names(_ name: (Key) -> String) -> String { Key.allCases.map(name).joined(separator: ", ") }

    private static func place(of error: any Error) -> String {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            ": line \(mark.line): \(problem)"
        default: ""
        }
    }

    /// A key for an error. One with other characters may be a URL with a password, in the wrong place.
    private static func shown(_ key: String) -> String {
        key.utf8.allSatisfy { $0 >= 97 && $0 <= 122 || $0 == UInt8(ascii: ".") } ? key : "a key"
    }

    /// The settings of the file by key; empty if there is no file.
    private static func fileValues(_ path: String, mustExist: Bool) throws -> [AbsoluteConfigKey: ConfigValue] {
        guard let data = FileManager.default.contents(atPath: path) else {
            if mustExist { throw SettingsError("\(path), which LEADLINE_SETTINGS names, cannot be read") }
            return [:]
        }
        let document: Any?
        do {
            document = try Yams.load(yaml: String(decoding: data, as: UTF8.self))
        } catch {
            // Without the lines that the parser would quote: a URL in them may hold a password.
            throw SettingsError("\(path) is not YAML\(Self.place(of: error))")
        }
        guard let sections = (document ?? [String: Any]()) as? [String: Any] else {
            throw SettingsError("\(path) must hold sections, such as `broker:` with `url:` below it")
        }
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for (section, content) in sections {
            guard let entries = content as? [String: Any] else {
                throw SettingsError(
                    "\(shown(section)) in \(path) must hold keys; the settings are \(names(\.rawValue))")
            }
            for (name, value) in entries {
                let key = "\(section).\(name)"
                guard Key(rawValue: key) != nil else {
                    throw SettingsError(
                        "\(shown(key)) in \(path) is not a setting; the settings are \(names(\.rawValue))")
                }
                values[AbsoluteConfigKey([section, name])] = ConfigValue(.string("\(value)"), isSecret: false)
            }
        }
        return values
    }
}

/// An invalid setting: its name, and which values are valid.
struct SettingsError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
