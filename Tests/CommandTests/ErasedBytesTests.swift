import Contract
import Foundation
import Rabbit
import TestKit
import Testing

@Suite("The bytes of an erased lead", .onOwnThreads)
struct ErasedBytesTests {
    @Test("remain only where the command says, and leave RabbitMQ's queues and Redis's files in the way it says")
    func remains() throws {
        let servers = try PrivateServers()
        defer { servers.stop() }
        let stage = try Stage(servers)
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let settings = LeadlineProcess.servers(stage)
        let marker = "Quintilla-Zweifalter"
        let values = ["name": marker, "attributes": ["source": "web", "note": marker]] as [String: Any]
        try stage.publish([TestEvent("created", "L1", data: values)])
        #expect(try stage.results(ofRecords: 1).count == 1)
        // A refused event of the same lead, after an older one that stays.
        try stage.putRejected(Array("older".utf8), key: "\(stage.org).lead.created", reason: "not-json")
        try stage.putRejected(Array(marker.utf8), key: "\(stage.org).lead.created", reason: "not-json")
        #expect(places(of: marker, servers).isSuperset(of: ["quorum", "redis"]))

        let erased = try CommandRun(["erase", "L1", "--org", stage.org], environment: settings)
        #expect(erased.code == 0, "\(erased)")
        let purged = try CommandRun(["rejected", "purge", "2", "--yes"], environment: settings)
        #expect(purged.code == 0, "\(purged)")
        for text in [erased.output, purged.output] {
            #expect(
                text.contains("RabbitMQ's files") && text.contains("8 MiB of newer messages")
                    && text.contains("30 days"))
        }
        #expect(erased.output.contains("leadline.scores.log") && erased.output.contains("BGREWRITEAOF"))
        #expect(places(of: marker, servers).isSubset(of: ["quorum", "stream", "redis"]))

        // Newer messages, more than the log holds, and the older one leaves its queue.
        try publishNewerMessages(stage)
        #expect(try stage.drain(Names.rejected).count == 1)
        try stage.putRejected([1], key: "\(stage.org).lead.created", reason: "not-json")
        try stage.publish([
            .created("L2", ["source": "web"]), TestEvent("updated", "L2", data: ["attributes": ["source": "fair"]]),
        ])
        #expect(try stage.eventually { try stage.record("L2").scoring != nil })
        try stage.withRedis { _ = try $0.call("BGREWRITEAOF") }
        #expect(
            try stage.eventually {
                _ = try stage.restOfResults(quietFor: .milliseconds(50))
                return places(of: marker, servers).isSubset(of: ["stream"])
            }, "\(places(of: marker, servers))")
    }

    /// Through a queue of their own: all quorum queues of a broker share the log.
    private func publishNewerMessages(_ stage: Stage) throws {
        try stage.withChannel { connection, channel in
            try connection.declareQueue("test.newer", on: channel, arguments: ["x-queue-type": .text("quorum")])
            for _ in 0..<9 {
                try connection.publish(
                    [UInt8](repeating: 120, count: 1 << 20), to: "", routingKey: "test.newer", on: channel)
            }
            var taken = 0
            while taken < 9 {
                guard let message = try connection.get("test.newer", on: channel) else { continue }
                try connection.ack(message.tag, on: channel)
                taken += 1
            }
        }
    }

    /// In which of the servers' files a text is found: "quorum", "stream", "redis" or a file's path.
    private func places(of text: String, _ servers: PrivateServers) -> Set<String> {
        let pattern = Data(text.utf8)
        var found: Set<String> = []
        for folder in [servers.broker.folder, servers.redis.folder] {
            guard let files = FileManager.default.enumerator(atPath: folder) else { continue }
            for case let file as String in files {
                let path = folder + "/" + file
                guard FileManager.default.contents(atPath: path)?.range(of: pattern) != nil else { continue }
                found.insert(
                    path.contains("/quorum/")
                        ? "quorum"
                        : path.contains("/stream/") ? "stream" : file.hasPrefix("appendonlydir/") ? "redis" : path)
            }
        }
        return found
    }
}
