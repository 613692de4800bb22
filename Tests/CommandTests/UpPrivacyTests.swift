import Foundation
import Rabbit
import Redis
import TestKit
import Testing

@Suite("The servers of leadline up, for another user of the machine", .onOwnThreads)
struct UpPrivacyTests {
    /// In a folder that every user can enter, unlike that of other tests.
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("leadline-\(UUID().uuidString)")
        .path

    @Test(
        "its ports and files give nothing without the password, which no log and no process list shows",
        .enabled(if: getuid() == 0, "only root can run commands as another user"))
    func anotherUser() throws {
        let open: [FileAttributeKey: Any] = [.posixPermissions: 0o755]
        try FileManager.default.createDirectory(
            atPath: folder + "/.leadline", withIntermediateDirectories: true, attributes: open)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.setAttributes(open, ofItemAtPath: folder)
        try Data().write(to: URL(fileURLWithPath: folder + "/.leadline/open"))
        let up = try LeadlineProcess(["up"], folder: folder)
        defer { up.kill() }
        #expect(
            eventually(within: .seconds(60)) { up.printed.contains("taking work") || !up.isRunning }, "\(up.printed)")
        #expect(eventually { up.printed.contains("ledger applies scores") })

        let lines = try shell(
            #"eval "$("\#(LeadlineProcess.path)" env)"; echo "$LEADLINE_BROKER_URL $LEADLINE_REDIS_URL""#)
        let words = lines.split(whereSeparator: \.isWhitespace).map(String.init)
        try #require(words.count == 2)
        let (broker, redis) = (try RabbitAddress(words[0]), try RedisAddress(words[1]))
        let password = try #require(redis.password)
        #expect(broker.password.utf8.count == 64 && password.utf8.count == 64)
        try RabbitConnection(broker, name: "test").close()
        #expect(try RedisConnection(redis).call("EXISTS", "ll:organizations").int == 1, "who has the password gets in")

        guard case .tcp(_, let port) = redis.place else { return }
        #expect(
            try listeners() == Set([broker.port, port].map { "0100007F:" + String($0, radix: 16, uppercase: true) }))
        let found = try asNobody(
            """
            find .leadline -readable \\( -type f -o -type d \\) 2>/dev/null
            for command in 'KEYS *' 'CONFIG GET *' 'MONITOR' 'INFO' 'CLIENT LIST'; do redis-cli -p \(port) $command; done
            redis-cli -p \(port) --scan
            for user in guest:guest leadline:guest leadline:leadline; do
              amqp-get --url "amqp://$user@127.0.0.1:\(broker.port)/%2F" --queue leadline.rejected
            done
            for process in \(try processes().joined(separator: " ")); do cat /proc/$process/environ 2>/dev/null; done
            cat .leadline/*/* 2>/dev/null
            """)
        let answers = found.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter {
            !$0.isEmpty
        }
        #expect(answers.first == ".leadline" && answers.contains(".leadline/open"), "what is not private it can read")
        let refusals = answers.filter { $0.contains("NOAUTH") || $0.contains("ACCESS_REFUSED") }
        #expect(refusals.count == 9, "\(found)")
        #expect(answers.count == refusals.count + 2, "\(found)")

        let processes = try asNobody("ps -eww -o args=")
        #expect(processes.contains("redis-server") && processes.contains("beam.smp"))
        for secret in [password, broker.password] {
            #expect(!processes.contains(secret) && !up.printed.contains(secret))
            let logs = try shell("grep -rlF \(secret) .leadline | sort").split(separator: "\n")
            #expect(
                logs.allSatisfy { $0.hasSuffix(".json") || $0.hasSuffix(".conf") || $0.hasSuffix("/password") },
                "\(logs)")
        }
        #expect(try asNobody("find .leadline -name password; cat .leadline/endpoints.json 2>&1").contains("denied"))
    }

    /// The ids of the processes that work in the folder.
    private func processes() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { Int32($0) != nil }
            .filter { link("/proc/\($0)/cwd").hasPrefix(folder) }
    }

    /// The local addresses, as /proc/net/tcp shows them, at which they listen.
    private func listeners() throws -> Set<String> {
        var sockets: Set<String> = []
        for process in try processes() {
            let files = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd")
            for file in files { sockets.insert(link("/proc/\(process)/fd/\(file)")) }
        }
        var addresses: Set<String> = []
        for file in ["/proc/net/tcp", "/proc/net/tcp6"] {
            for line in try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").dropFirst() {
                let words = line.split(separator: " ")
                // 0A: it listens.
                if words[3] == "0A", sockets.contains("socket:[\(words[9])]") { addresses.insert(String(words[1])) }
            }
        }
        return addresses
    }

    private func link(_ path: String) -> String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) ?? ""
    }

    private func asNobody(_ code: String) throws -> String {
        try shell(code, as: ["/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"])
    }

    /// Runs shell code in the folder.
    ///
    /// - Returns: what it printed on both streams.
    private func shell(_ code: String, as prefix: [String] = []) throws -> String {
        let words = prefix + ["/bin/bash", "-c", code]
        let process = Process()
        process.executableURL = URL(fileURLWithPath: words[0])
        process.arguments = Array(words.dropFirst())
        process.environment = ["PATH": "/usr/bin:/bin"]
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        let pipe = Pipe()
        (process.standardOutput, process.standardError) = (pipe, pipe)
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self)
    }
}
