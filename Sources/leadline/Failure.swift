import Embedded
import Glibc
import Intake
import LeadModel
import LeadTrainer
import Rabbit
import Redis
import Registry

/// Why a command cannot go on: what a person reads, and the code that it exits with.
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

    /// What our own modules throw; nothing for other errors, such as those of the argument parser.
    init?(known error: any Error) {
        switch error {
        case let error as RabbitError:
            self.init(error.isAway ? .away : .fault, "RabbitMQ at \(error)")
        case let error as RedisError:
            self.init(error.isAway ? .away : .fault, "Redis at \(error)")
        case let error as SettingsError: self.init(.usage, "\(error)")
        case let error as IntakeError: self.init(error.kind == .usage ? .usage : .data, "\(error)")
        case is ImportRefused: self.init(.away, "\(error)")
        case is TrainingError, is Scorecard.ArtifactError, is RecordBlob.Damaged:
            self.init(.data, "\(error)")
        case is EmbeddedError: self.init(.away, "\(error)")
        default: return nil
        }
    }

    func exit() -> Never {
        printError("leadline: \(message)")
        Glibc.exit(code.rawValue)
    }
}
