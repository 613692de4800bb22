import Contract
import Fleet
import Ledger
import Registry
import Views

/// A finding of `leadline check` in words.
struct CheckLine {
    let part: String
    /// The exchange or queue that a finding about the topology concerns, such as "queue leadline.created".
    let name: String?
    let message: String
    /// Nil if all is well.
    let failure: Failure.Code?
    /// Worth knowing, but not wrong.
    private var isWarning = false

    init(_ part: String, name: String? = nil, _ message: String, _ failure: Failure.Code? = nil) {
        (self.part, self.name, self.message, self.failure) = (part, name, message, failure)
    }

    init(_ part: String, _ error: any Error) {
        let known = Failure(known: error) ?? Failure(.fault, "\(error)")
        self.init(part, known.message, known.code)
    }

    init(_ finding: ServersCheck.Finding) {
        switch finding {
        case .redis(let address, let count):
            self.init("Redis", "\(address), \(count) organization\(count == 1 ? "" : "s")")
        case .redisSetting(let fault):
            self.init("Redis settings", "\(fault)", fault.isSerious ? .data : nil)
            isWarning = !fault.isSerious
        case .damage(.records(let name, let count, let isFull)):
            self.init(
                "stored data", name: name,
                "\(name): \(isFull ? "at least " : "")\(count.grouped) stored records or partitions can't be read: "
                    + "`leadline damaged list --org \(name)`", .data)
        case .damage(.registry(let name, let reason)):
            self.init("stored data", name: name, reason.hasPrefix(name) ? reason : "\(name): \(reason)", .data)
        case .ties(let name, let count):
            self.init(
                "event order", name: name,
                "\(name): in \(TieCounts.days) days \(count.grouped) event\(count == 1 ? "" : "s") had the time of another "
                    + "event of the same record, no sequence that orders them, and other values; chance decided which one "
                    + "is newer. Its connector must send `sequence`")
            isWarning = true
        case .broker(let address): self.init("RabbitMQ", "\(address)")
        case .declared(let name):
            let advice = name.hasPrefix("exchange ") ? "; consumers must bind their queues to it again" : ""
            self.init("declared", name: name, name + advice)
        case .topologyComplete(let bound):
            self.init(
                "topology", "all is as declared, every queue has a leader" + (bound ? "; all queues are bound" : ""))
        case .fault(let fault): self.init("topology", name: fault.name, "\(fault)", .away)
        case .waiting(let leads):
            let advice =
                leads.lanes == 0
                ? ". Start one: `leadline worker`"
                : leads.isTooLong ? ". Start more workers, or look in their logs for what delays them" : ""
            self.init("new leads", leads.words + advice, leads.isTooLong ? .away : nil)
        case .filling(let room):
            self.init(
                "queues", name: "queue \(room.queue)", "\(room.words); \(room.advice)", room.isParked ? .away : nil)
        case .limitReached: self.init("queues", name: "queue leadline.rejected", DeliveryLimit.words, .away)
        case .ledger(let path, let state):
            let words = LedgerCheckText.state(
                behind: state.behind, hasWriter: state.hasWriter, waiting: state.waiting)
            self.init("ledger", "\(path), \(words)")
        case .failed(let subject, let error): self.init(subject.name, error)
        }
    }

    func printLine() {
        let text = message.hasPrefix(part) ? message : "\(part): \(message)"
        if failure != nil {
            printError("FAIL  " + text)
        } else if isWarning {
            print("warn  " + text)
        } else if part == "declared" {
            print("made  " + message)
        } else {
            print("ok    " + text)
        }
    }
}

extension ServersCheck.Subject {
    fileprivate var name: String {
        switch self {
        case .redis: "Redis"
        case .broker: "RabbitMQ"
        case .topology: "topology"
        case .waiting: "new leads"
        case .ledger: "ledger"
        }
    }
}

/// What `leadline check --json` prints.
struct CheckShape: Encodable {
    private let ok: Bool
    private let parts: [Part]
    private let made: [String]
    @OrNull private var waiting: Waiting?

    private struct Part: Encodable {
        var part: String
        @OrNull var name: String?
        var ok: Bool
        var message: String
    }

    private struct Waiting: Encodable {
        var leads: Int
        var lanes: Int
        @OrNull var minutes: Int?
    }

    init(_ lines: [CheckLine], declared: [String], waiting: WaitingLeads?) {
        ok = lines.allSatisfy { $0.failure == nil }
        parts = lines.filter { $0.part != "declared" }.map {
            Part(part: $0.part, name: $0.name, ok: $0.failure == nil, message: $0.message)
        }
        made = declared
        self.waiting = waiting.map { Waiting(leads: $0.count, lanes: $0.lanes, minutes: $0.minutes) }
    }
}
