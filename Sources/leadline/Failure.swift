import Embedded
import Glibc
import Intake
import LeadModel
import LeadTrainer
import Ledger
import Operations
import Rabbit
import Redis
import Registry
import Running
import Views

/// Why a command failed: the message for the user, and the exit code.
struct Failure: Error {
    enum Code: Int32 {
        case usage = 64
        case data = 65
        case away = 69
        case fault = 70
    }

    var code: Code
    /// What is wrong, where, and what to do.
    var message: String

    init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }

    /// An error of our own modules; nil for others, such as those of the argument parser.
    init?(known error: any Error) {
        switch error {
        case let error as Failure: self = error
        case let error as RabbitError: self.init(error)
        case let error as RedisError: self.init(error)
        case let error as ViewError: self.init(error)
        case let error as UnknownOrganization: self.init(error)
        case let error as ModelError: self.init(error)
        case let error as SweepError: self.init(error)
        case let error as LocalHomeError: self.init(error)
        case let error as ParkedError: self.init(error)
        case let error as SettingsError: self.init(.usage, "\(error)")
        case let error as IntakeError:
            self.init(error.kind == .usage ? .usage : .data, error.description(with: \.flag))
        case let error as OutcomeRefusal: self.init(.data, OutcomeRefusalText(error).text)
        case let error as FileLock.Unwritable: self.init(.data, "\(error)")
        case let error as LedgerError: self.init(.data, "\(error)")
        case let error as LedgerFileError: self.init(error)
        case let error as ImportRefused:
            self.init(
                .away,
                "RabbitMQ refused a batch after \(error.records) records; see `leadline check`, then run the import again"
            )
        case is ErasureRefused:
            self.init(.away, "RabbitMQ refused an event; see `leadline check`, then run this again")
        case is TrainingError, is Scorecard.ArtifactError, is RecordBlob.Damaged, is OrganizationSettings.Damaged:
            self.init(.data, "\(error)")
        case is EmbeddedError: self.init(.away, "\(error)")
        default: return nil
        }
    }

    private init(_ error: UnknownOrganization) {
        let existing = error.existing
        var advice = "There are \(existing.prefix(10).joined(separator: ", "))"
        if existing.count > 10 { advice += " and \(existing.count - 10) more (`leadline org list`)" }
        if existing.isEmpty { advice = "To create it: `leadline org create \(error.name)`" }
        self.init(.data, "there is no organization \(error.name). \(advice)")
    }

    private init(_ error: ModelError) {
        switch error {
        case .invalidName(let name): self.init(.usage, "the model's name \(name.debugDescription) \(ModelName.rule)")
        case .noSuchModel(let model): self = .unknownModel(model.organization, model.entity, model.title)
        case .nothingPublishedBefore(let organization, let entity):
            self.init(.data, "\(organization) published no \(entity.rawValue) model before; nothing was changed")
        case .notPublished(let organization, let entity, let name):
            self.init(
                .data,
                "no version of the \(entity.rawValue) model \(name.printable) is published in \(organization); "
                    + "`leadline model list` shows what is. Nothing was changed")
        case .tooManyPublished(let organization, let entity):
            self.init(
                .data,
                "\(organization) publishes \(LineUp.most) \(entity.rawValue) models, which is the most: unpublish or delete "
                    + "one first. Nothing was changed")
        case .contested(let organization):
            self.init(
                .away, "others changed the models of \(organization) in each attempt; try again. Nothing was changed")
        }
    }

    private init(_ error: LocalHomeError) {
        switch error {
        case .unwritable(let path, let reason): self.init(.data, "cannot write \(path): \(reason)")
        case .inUse(let folder, let process):
            self.init(
                .usage,
                "a `leadline up` already runs in \(folder) (process \(process)); other commands here find it. To run "
                    + "another, use another folder or set LEADLINE_HOME")
        }
    }

    private init(_ error: SweepError) {
        switch error {
        case .noPublishedModel(let organization, let entities):
            let kind = entities.count == 1 ? "\(entities[0].rawValue) " : ""
            self.init(
                .data,
                "\(organization) publishes no \(kind)model, so nothing can be scored; "
                    + "`leadline train FILE --name NAME --publish` makes one")
        case .noSuchQueue(let queue):
            self.init(
                .data,
                "there is no queue \(queue.printable): declare it first, or correct the name. Nothing was requested")
        case .organizationGone: self.init(.data, "the organization was deleted meanwhile")
        }
    }

    private init(_ error: ParkedError) {
        switch error {
        case .noSuchMessage(let number, let queue, let count):
            self.init(.data, "there is no message \(number): \(queue) holds \(count). Nothing was changed")
        case .brokerBlocked(let reason):
            self.init(.away, "RabbitMQ accepts no messages now (\(reason)): fix that first, then run this again")
        }
    }

    private init(_ error: LedgerFileError) {
        let advice =
            error.isDamage ? ". `leadline ledger rebuild` replaces it, or set LEADLINE_LEDGER_FILE to another file" : ""
        self.init(.data, "\(error)" + advice)
    }

    private init(_ error: RabbitError) {
        switch error {
        case .unreachable, .lost, .timedOut:
            self.init(
                .away,
                "RabbitMQ at \(error). Start it, or name another by LEADLINE_BROKER_URL; `leadline up` brings its own")
        case .refused(_, 404, _, _):
            self.init(
                .away, "RabbitMQ at \(error). Nothing is declared there yet: a worker or `leadline up` does it")
        case .refused(_, 403, _, _), .refused(_, 530, _, _):
            self.init(
                .away,
                "RabbitMQ at \(error). Fix user, password or virtual host in LEADLINE_BROKER_URL, or the user's rights"
            )
        case .refused: self.init(.away, "RabbitMQ at \(error)")
        case .misuse: self.init(.fault, "RabbitMQ: \(error)")
        }
    }

    private init(_ error: RedisError) {
        switch error {
        case .unreachable, .lost:
            self.init(
                .away,
                "Redis at \(error). Start it, or name another by LEADLINE_REDIS_URL; `leadline up` brings its own")
        case .away: self.init(.away, "Redis at \(error)")
        case .refused(_, _, let message) where Self.isAboutRights(message):
            self.init(.away, "Redis at \(error). Fix user and password in LEADLINE_REDIS_URL, or the user's rights")
        case .refused: self.init(.fault, "Redis at \(error)")
        case .unexpected: self.init(.fault, "Redis: \(error)")
        }
    }

    private static func isAboutRights(_ message: String) -> Bool {
        ["NOAUTH", "WRONGPASS", "NOPERM", "ERR AUTH", "ERR invalid password"].contains { message.hasPrefix($0) }
    }

    func exit() -> Never {
        printError("leadline: \(message)")
        Glibc.exit(code.rawValue)
    }
}
