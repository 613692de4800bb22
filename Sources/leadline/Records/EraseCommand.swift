import ArgumentParser
import LeadModel
import Operations

struct EraseCommand: SettingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase", abstract: "Erases records for good, and waits until nothing is left of them.",
        discussion: """
            Publishes an `erased` event for each record, as a connector would, and waits until a worker has processed it: \
            then the registry keeps only the record's id, marked as erased, so that no late event brings it back. If there \
            is a ledger at the settings' path, it waits for that too. Erased records are left out of every later training. \
            Ids without any event are marked too. The command can be run again.
            """)

    @OptionGroup var target: RecordTarget
    @Argument(help: ArgumentHelp("The records' ids.", valueName: "id")) var ids: [String]
    @Option(help: ArgumentHelp("How long to wait for a worker.", valueName: "seconds")) var wait = 60

    func validate() throws {
        guard (1...86_400).contains(wait) else { throw ValidationError("--wait must be 1 to 86400 seconds") }
    }

    func run(_ settings: Settings) throws {
        let servers = try Servers(settings)
        let ledger = settings.ledgerOptions(servers)
        let erasure = RecordErasure(
            servers.deployment, ledger: ledger, organization: target.org, kind: target.entity,
            patience: .seconds(wait))
        let line = ProgressLine("erasing")
        defer { line.finish() }
        do {
            let outcome = try erasure.run(ids.map { Exact($0) }) { line.show($0, of: ids.count) }
            line.finish()
            print(report(outcome, ledger: ledger.path))
        } catch ErasureError.registryPending(let records) {
            throw Failure(
                .away,
                """
                \(records) of \(ids.count) are not erased after \(wait) seconds. The events are safe in the queue \
                leadline.updated and will be processed: `leadline check` shows whether a worker runs, `leadline worker` \
                starts one. Then run this again to be sure
                """)
        } catch ErasureError.ledgerPending {
            throw Failure(
                .away,
                """
                the registry has erased, but the ledger \(ledger.path) has not within \(wait) seconds. It still will: \
                `leadline ledger check` shows how far behind it is. Then run this again to be sure
                """)
        }
    }

    private func report(_ outcome: RecordErasure.Outcome, ledger path: String) -> String {
        let what = ids.count == 1 ? "1 \(target.entity.rawValue)" : "\(ids.count) records (\(target.entity.rawValue))"
        let ledger =
            switch outcome.ledger {
            case .none: ""
            case .pending:
                "\nledger \(path): not running; it erases as soon as `leadline up` or `leadline ledger run` runs"
            case .erased: "\nledger \(path): erased, in its history, its search and its log"
            }
        return """
            erased \(what) of \(target.org): the registry keeps only the id, marked as erased, for \
            \(outcome.erasedDays) days\(ledger)

            What remains elsewhere, and is removed later without a command:
              leadline.scores.log  earlier results, 7 days; deleted in segments, so weeks for a small organization
              leadline.rejected    its refused events, 30 days; `leadline rejected purge` removes them now
              leadline.undelivered results that a consumer refused: dropped as soon as they are tried, 30 days at most
              Redis's files        until Redis rewrites them: its command BGREWRITEAOF does it now
              RabbitMQ's files     \(BrokerRemains.words(indent: 23))
            Copies of the ledger (`ledger backup`) hold it until a projector runs on them, which erases it there too.
            Consumers receive `erased` and must delete what they hold; clear your own backups and exports.
            """
    }
}
