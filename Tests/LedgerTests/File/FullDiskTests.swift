import Foundation
import LeadModel
import TestKit
import Testing

@testable import Ledger

@Suite("A file that can't be written is named, and the ledger is not blamed", .onOwnThreads)
struct FullDiskTests {
    /// Runs a command that can write no file beyond 64 KB: less than an empty ledger needs.
    private func runLimited(_ arguments: String, ledger path: String, _ servers: [String: String] = [:]) throws
        -> String
    {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        // Ignored, the signal becomes an error of the write.
        process.arguments = ["-c", "trap '' XFSZ; ulimit -f 128; exec '\(LeadlineProcess.path)' \(arguments)"]
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("LEADLINE_") }
            .merging(servers.merging(["LEADLINE_LEDGER_FILE": path]) { $1 }) { $1 }
        process.currentDirectoryURL = URL(fileURLWithPath: (path as NSString).deletingLastPathComponent)
        let errors = Pipe()
        (process.standardError, process.standardOutput) = (errors, FileHandle.nullDevice)
        try process.run()
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 65, "\(text)")
        return text
    }

    private func leftovers(_ path: String) throws -> [String] {
        let (folder, name) = ((path as NSString).deletingLastPathComponent, (path as NSString).lastPathComponent)
        return try FileManager.default.contentsOfDirectory(atPath: folder).filter {
            $0.hasPrefix(name + ".") && !$0.hasSuffix(".lock")
        }
    }

    @Test("a backup names its copy, and leaves nothing of it")
    func backup() throws {
        let made = try MadeLedger()
        try made.take((0..<50).map { MadeLedger.result("L\($0)", 1000 + UInt64($0), name: "Ann") })
        try made.ledger.close()
        let copy = try LedgerWithin.newPath()
        let errors = try runLimited("ledger backup '\(copy)'", ledger: made.ledger.path)
        #expect(errors.contains("cannot write \(copy): "), "\(errors)")
        #expect(!errors.contains(made.ledger.path))
        #expect(try leftovers(copy) == [] && !LedgerFile.exists(copy))
    }

    @Test("a rebuild names its new file, and leaves the ledger as it is")
    func rebuild() throws {
        let scene = try LedgerScene()
        defer { scene.stop() }
        let path = scene.ledger.path
        try scene.publish(0..<3)
        #expect(try scene.stage.awaitLedger(path) == [])
        scene.ledger.stop()
        let (before, inode) = (try scene.content(path), try scene.inode)
        let errors = try runLimited("ledger rebuild", ledger: path, LeadlineProcess.servers(scene.stage))
        #expect(errors.contains("cannot write \(path).new: "), "\(errors)")
        #expect(try scene.content(path) == before && scene.inode == inode)
        #expect(try leftovers(path) == [])
    }
}
