import ArgumentParser
import Foundation

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Checks settings, broker, Redis and topology; or an event.",
        discussion: """
            It says of each part whether it is well, of what is not how to mend it, and whether new leads wait: how long at \
            most, by what workers noted last. It changes nothing unless it is told to. Bindings and policies cannot be seen \
            by what it has, AMQP: --declare makes all bindings anew, which is harmless; `rabbitmqctl list_policies` shows \
            whether a policy bounds Leadline's queues.

            With a file: would this event, or batch of events, be accepted? It needs no servers. Whether there is such an \
            organization only a worker knows.
            """)

    @ArgumentParser.Argument(help: "A file with an event or a batch of events, or - for standard input.")
    var event: String?
    @Option(
        help: ArgumentHelp(
            "The routing key that it is to be published with; by default the one it says itself.", valueName: "key"))
    var key: String?
    @Flag(help: "Makes exchanges, queues and bindings that are missing. Nothing is deleted.") var declare = false
    @Flag(help: "As JSON.") var json = false

    func validate() throws {
        if key != nil, event == nil { throw ValidationError("--key is for an event: name its file") }
        if event != nil, declare || json {
            throw ValidationError("--declare and --json are for servers, not for an event")
        }
    }

    func run() async throws {
        if let event { try check(event: event) } else { try await checkServers() }
    }

    private func checkServers() async throws {
        var check = ServersCheck(declares: declare) { if !json { Self.say($0) } }
        await check.run()
        if json { try printJSON(CheckShape(check)) }
        if let failure = check.failure { throw ExitCode(failure.rawValue) }
    }

    private static func say(_ part: ServersCheck.Part) {
        let named = part.message.hasPrefix(part.part) ? part.message : "\(part.part): \(part.message)"
        if part.failure != nil {
            printError("FAIL  " + named)
        } else if part.part == "made" {
            print("made  " + part.message)
        } else {
            print("ok    " + named)
        }
    }

    private func check(event path: String) throws {
        let check = EventCheck(Array(try InputFile.read(path)), routingKey: key)
        for line in check.lines {
            if line.isGood { print(line.text) } else { printError(line.text) }
        }
        if !check.lines.allSatisfy(\.isGood) { throw ExitCode(Failure.Code.data.rawValue) }
    }
}
