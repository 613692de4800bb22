import Foundation
import TestKit
import Testing

@Suite("README's examples", .serialized, .onOwnThreads)
struct ReadmeTests {
    /// The first block of a language in a page that contains a text.
    private func block(_ language: String, with text: String, in page: String) throws -> String {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../" + page).standardizedFileURL
        let parts = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "```")
        let blocks = parts.filter { $0.hasPrefix(language + "\n") && $0.contains(text) }
        return String(try #require(blocks.first).dropFirst(language.count + 1))
    }

    private func process(_ program: String, _ arguments: [String], on stage: Stage) -> Process {
        let process = Process()
        (process.executableURL, process.arguments) = (URL(fileURLWithPath: program), arguments)
        process.environment = ["PATH": "/usr/bin:/bin"].merging(LeadlineProcess.servers(stage)) { $1 }
        return process
    }

    private func run(_ program: String, _ code: String, on stage: Stage) throws -> Int32 {
        let process = process(program, ["-c", code], on: stage)
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    @Test("ten lines of Python publish a lead that comes back scored")
    func python() throws {
        let code = try block("python", with: "basic_publish", in: "README.md")
        try scored("4711", program: "/usr/bin/python3", code: code)
    }

    @Test("amqp-publish publishes a lead that comes back scored")
    func shell() throws {
        let code = try block("sh", with: "amqp-publish", in: "config/contract/README.md")
        try scored("4712", program: "/bin/sh", code: code)
    }

    @Test("in binary mode, compressed, a lead comes back scored too")
    func binaryMode() throws {
        let code = try block("python", with: "content_encoding", in: "config/contract/README.md")
        try scored("4713", program: "/usr/bin/python3", code: code)
    }

    /// How a program in a language is run: words of a shell, `$0` is its file.
    private static let interpreters = [
        "ruby": "exec ruby $0", "php": "exec php $0", "perl": "exec perl $0", "python": "exec python3 $0",
        "go":
            "mv $0 $0.go && GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=$0.cache go build -o $0 $0.go && exec $0",
    ]

    /// - Returns: the running program, and its file; what it prints is in `.printed` and `.said` (errors) beside that.
    private func start(
        _ code: String, in language: String, on stage: Stage, input: Pipe? = nil
    ) throws -> (Process, String) {
        let path = try TestFolder.make("files") + "/\(UUID().uuidString)"
        try Data(code.utf8).write(to: URL(fileURLWithPath: path))
        for file in [".printed", ".said"] { try Data().write(to: URL(fileURLWithPath: path + file)) }
        let process = process("/bin/sh", ["-c", try #require(Self.interpreters[language]), path], on: stage)
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: path + ".printed"))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: path + ".said"))
        if let input { process.standardInput = input }
        try process.run()
        return (process, path)
    }

    @Test(
        "a consumer in each language prints each result",
        arguments: [
            ("ruby", "bunny"), ("php", "AMQPTable"), ("perl", "AnyEvent"), ("go", "amqp091"),
            ("python", "x-stream-offset"),
        ])
    func consumers(language: String, text: String) throws {
        let servers = try PrivateServers()
        defer { servers.stop() }
        let stage = try Stage(servers, org: "acme")
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let code = try block(language, with: text, in: "config/contract/README.md")
        let (process, path) = try start(code, in: language, on: stage)
        defer { process.terminate() }
        // Until its queue is bound, what is published passes it by.
        var number = 0
        #expect(
            try stage.eventually(within: .seconds(90)) {
                number += 1
                try stage.publish([.created("lead-\(number)", ["source": "web"])])
                Thread.sleep(forTimeInterval: 0.3)
                return try String(contentsOfFile: path + ".printed", encoding: .utf8).contains("lead-")
            }, "\(language)")
        #expect(process.isRunning)
    }

    @Test("a connector publishes what it reads until it is confirmed, and says what was refused")
    func connector() throws {
        let servers = try PrivateServers()
        defer { servers.stop() }
        let stage = try Stage(servers, org: "acme")
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let code = try block("python", with: "sys.stdin", in: "config/contract/README.md")
        let changes = Pipe()
        let (process, path) = try start(code, in: "python", on: stage, input: changes)
        defer { process.terminate() }
        var number = 0
        func change(_ id: String, _ verb: String, _ values: String) throws {
            number += 1
            let line =
                #"{"lead": "\#(id)", "number": \#(number), "at": "2026-11-20T09:30:00Z", "is": "\#(verb)", "values": \#(values)}"#
            try changes.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8))
        }
        func read(_ file: String) throws -> String { try String(contentsOfFile: path + file, encoding: .utf8) }
        try change("4714", "created", #"{"source": "web"}"#)
        let result = try #require(try stage.results(ofRecords: 1).first)
        #expect(result.subject == "4714" && result.data.score != nil)
        #expect(try stage.eventually { try read(".printed") == "crm-1\n" })
        try change("4714", "updated", "7")
        #expect(
            try stage.eventually {
                try change("4714", "updated", #"{"source": "web"}"#)
                Thread.sleep(forTimeInterval: 0.1)
                return try read(".said").contains("wrong-type")
            })
        #expect(try !read(".said").contains("Traceback"))
        // A broker that is killed forgets queues that are younger than two seconds, such as the connector's.
        Thread.sleep(forTimeInterval: 3)
        servers.broker.kill()
        try servers.broker.restart()
        try stage.reconnect()
        try change("4715", "created", #"{"source": "web"}"#)
        let after = try stage.results(ofRecords: 1).first
        let said = try read(".said")
        #expect(after?.subject == "4715", "\(said)")
        #expect(try read(".said").contains("again in 1 s"), "it never lost the broker")
    }

    private func scored(_ id: String, program: String, code: String) throws {
        // A private Redis, because other tests use the examples' organization too.
        let servers = try PrivateServers()
        defer { servers.stop() }
        let stage = try Stage(servers, org: "acme")
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        #expect(try run(program, code, on: stage) == 0)
        let result = try #require(try stage.results(ofRecords: 1).first)
        #expect(result.subject == id && result.data.score != nil)
        #expect(try stage.usage() == .init(records: 1, scorings: 1))
    }
}
