import ArgumentParser
import Fleet
import Foundation
import LeadModel
import Operations
import Rabbit
import Views

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Checks settings, broker, Redis and topology; or an event.",
        discussion: """
            It shows for each part whether it is well and, if not, how to fix it. It also shows whether new leads wait, and \
            for how long at most, as workers last noted. It changes nothing without --declare. AMQP shows neither \
            bindings nor policies: --declare declares all bindings again, which is harmless; `rabbitmqctl list_policies` \
            shows whether a policy limits Leadline's queues.

            With a file it checks whether events would be accepted: one event, a batch, or one of them on each line. This \
            needs no servers. Only a worker knows whether the organization exists. It exits with 0 if all are accepted, with \
            65 if one is refused or the file can't be read, and with 64 for wrong usage.
            """)

    @ArgumentParser.Argument(help: "A file with events, or - for standard input.")
    var event: String?
    @Option(
        help: ArgumentHelp("The event's routing key; by default the one that follows from the event.", valueName: "key")
    )
    var key: String?
    @Flag(help: "Declare exchanges, queues and bindings that are missing. Nothing is deleted.") var declare = false
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        if key != nil, event == nil { throw ValidationError("--key needs an event's file") }
        if event != nil, declare { throw ValidationError("--declare can't be combined with an event's file") }
    }

    func run() async throws {
        if let event { try check(event: event) } else { try await checkServers() }
    }

    private func checkServers() async throws {
        var lines: [CheckLine] = []
        func add(_ line: CheckLine) {
            lines.append(line)
            if !json { line.printLine() }
        }
        var check: ServersCheck?
        do {
            let settings = try Settings.read()
            let options = settings.ledgerOptions(try Servers(settings))
            add(CheckLine("settings", "read"))
            let broker = options.broker
            let repair: ServersCheck.Repair = {
                let repair = try await TopologyRepair(of: $0, at: broker)
                return (repair.declared, repair.faults)
            }
            check = await ServersCheck(options, repair: declare ? repair : nil) { add(CheckLine($0)) }
        } catch {
            add(CheckLine("settings", error))
        }
        if json {
            try printJSON(CheckShape(lines, declared: check?.declared ?? [], waiting: check?.waiting))
        }
        if let failure = lines.lazy.compactMap(\.failure).first { throw ExitCode(failure.rawValue) }
    }

    private func check(event path: String) throws {
        let check = EventCheck(Array(try InputFile.read(path)), routingKey: key, now: .present)
        if json {
            try printJSON(check)
        } else {
            for answer in check.events {
                let line = EventCheckLine(answer)
                if answer.verdict == .refused { printError(line.text) } else { print(line.text) }
            }
        }
        if !check.ok { throw ExitCode(Failure.Code.data.rawValue) }
    }
}
