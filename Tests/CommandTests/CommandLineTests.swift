import Foundation
import TestKit
import Testing

@Suite("The command line", .onOwnThreads)
struct CommandLineTests {
    @Test("without arguments it prints help, and so does each command with --help")
    func help() throws {
        let alone = try CommandRun([])
        #expect(alone.code == 0 && alone.output.contains("SUBCOMMANDS:") && alone.output.contains("Exit codes:"))
        for command in [
            "up", "worker", "org", "train", "score", "sample", "import", "model", "explain", "tail", "usage",
            "rejected",
            "undelivered", "check", "sweep", "republish",
        ] {
            #expect(alone.output.contains("\n  \(command) "))
            let help = try CommandRun([command, "--help"])
            #expect(help.code == 0 && help.output.contains("USAGE: leadline \(command)"))
        }
    }

    @Test("an unknown command and an unknown flag are wrong usage")
    func unknown() throws {
        let command = try CommandRun(["scroe"])
        #expect(command.code == 64 && command.firstErrorLine.contains("scroe"))
        let flag = try CommandRun(["usage", "--organisation", "acme"])
        #expect(flag.code == 64 && flag.firstErrorLine.contains("--organisation"))
    }

    @Test("a closed output pipe ends the command without an error, even if SIGPIPE is ignored")
    func pipe() throws {
        let file = try LeadsFile(positives: 40, negatives: 40, open: 20_000)
        let card = try TestFolder.make("files") + "/\(UUID().uuidString).json"
        _ = try CommandRun(["train", file.path] + LeadsFile.flags + ["--output", card])
        for prefix in ["", "trap '' PIPE; "] {
            let shell = Process()
            shell.executableURL = URL(fileURLWithPath: "/bin/bash")
            shell.arguments = [
                "-c", prefix + "\"$0\" score \"$1\" --model \"$2\" | head -n 1; echo ${PIPESTATUS[0]}",
                LeadlineProcess.path, file.path, card,
            ]
            let (output, errors) = (Pipe(), Pipe())
            (shell.standardOutput, shell.standardError) = (output, errors)
            try shell.run()
            shell.waitUntilExit()
            let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            #expect(said == "probability,score\n141\n")
            #expect(errors.fileHandleForReading.availableData.isEmpty)
        }
    }
}
