import Foundation
import TestKit
import Testing

@Suite("Settings", .onOwnThreads)
struct SettingsTests {
    @Test(
        "every command that reads settings names an invalid one",
        arguments: [
            ("LEADLINE_BROKER_URL", "foo"), ("LEADLINE_BROKER_URL", "amqp://host:0"),
            ("LEADLINE_REDIS_URL", "http://127.0.0.1"), ("LEADLINE_WORKER_LANES", "0"),
            ("LEADLINE_WORKER_BATCH", "many"), ("LEADLINE_WORKER_POLL", "0"), ("LEADLINE_LOG_FORMAT", "xml"),
            ("LEADLINE_CLOCK_OFFSET", "1h"), ("LEADLINE_BROKER", "amqp://127.0.0.1"),
            ("LEADLINE_SETTINGS", "/nowhere/leadline.yaml"),
        ])
    func refused(name: String, value: String) throws {
        for command in [["org", "list"], ["worker"], ["up"], ["tail"]] {
            let run = try CommandRun(command, environment: [name: value])
            #expect(run.code == 64)
            #expect(run.firstErrorLine.hasPrefix("leadline: ") && run.firstErrorLine.contains(name))
        }
        let check = try CommandRun(["check"], environment: [name: value])
        #expect(check.code == 64 && check.firstErrorLine.hasPrefix("FAIL  settings: "))
        #expect(check.firstErrorLine.contains(name))
    }

    @Test("the error about an invalid address omits the password")
    func password() throws {
        let run = try CommandRun(
            ["org", "list"], environment: ["LEADLINE_REDIS_URL": "redis://eva:s3cret@host:port/0"])
        #expect(run.code == 64 && run.errors.contains("LEADLINE_REDIS_URL") && !run.errors.contains("s3cret"))
    }

    @Test(
        "an invalid setting in the file is an error with key and file",
        arguments: [
            ("worker:\n  lanes: 99\n", "worker.lanes in config/leadline.yaml must be 1 to 64"),
            ("worker:\n  lane: 2\n", "worker.lane in config/leadline.yaml is not a setting"),
            ("workers: 2\n", "workers in config/leadline.yaml must hold keys"),
            ("redis:\n  ? redis://eva:s3cret@host\n", "a key in config/leadline.yaml is not a setting"),
            ("redis:\n  url: [redis://eva:s3cret@host\n", "config/leadline.yaml is not YAML: line"),
        ])
    func file(text: String, words: String) throws {
        let folder = try TestFolder.make("settings/\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: folder + "/config", withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/config/leadline.yaml"))
        let run = try CommandRun(["org", "list"], folder: folder)
        #expect(run.code == 64)
        #expect(run.firstErrorLine.contains(words))
        #expect(!run.errors.contains("s3cret"))
    }

    @Test("the environment takes precedence over the file")
    func order() throws {
        let path = try temporaryFile("own.yaml", "redis:\n  url: redis://127.0.0.1:1/0\n")
        let file = try CommandRun(["org", "list"], environment: ["LEADLINE_SETTINGS": path])
        #expect(file.code == 69 && file.firstErrorLine.contains("redis://127.0.0.1:1/0"))
        let environment = try CommandRun(
            ["org", "list"], environment: ["LEADLINE_SETTINGS": path, "LEADLINE_REDIS_URL": TestServers.redisURL])
        #expect(environment.code == 0)
    }
}
