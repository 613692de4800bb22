import Fleet
import Rabbit

/// Declares exchanges, queues and bindings that are missing on the broker. It deletes nothing.
public struct TopologyRepair: Sendable {
    /// What was missing and is declared now, as "queue leadline.created" or "exchange leadline.scores". Consumers must
    /// bind their queues again to an exchange that was missing.
    public var declared: [String]
    /// What is still wrong.
    public var faults: [TopologyFault]

    /// - Parameter faults: those that an earlier check found.
    /// - Throws: `RabbitError` if the broker is away.
    public init(of faults: [TopologyFault], at broker: RabbitAddress) async throws {
        let (missing, refused) = try Topology.mend(faults, at: broker)
        self.faults = faults
        if !missing.isEmpty {
            // RabbitMQ 3.10 can lose what is in a younger queue.
            try await Task.sleep(for: .seconds(2))
            self.faults = try await Topology.faults(at: broker)
        }
        let rest = self.faults
        declared = missing.filter { name in !rest.contains { $0.name == name } }
        for fault in refused {
            let known = self.faults.first { $0.name == fault.name }
            // Its refusal says more than that it is still missing.
            if known?.cause == .missing { self.faults.removeAll { $0.name == fault.name } }
            if known == nil || known?.cause == .missing { self.faults.append(fault) }
        }
    }
}
