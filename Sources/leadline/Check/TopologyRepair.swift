import Fleet
import Rabbit

/// Declares what is missing on the broker. It deletes nothing.
enum TopologyRepair {
    /// - Returns: the names of what it declared, and the faults that remain.
    static func run(
        _ faults: [TopologyFault], at address: RabbitAddress
    ) async throws -> (declared: [String], left: [TopologyFault]) {
        let (missing, refused) = try Topology.mend(faults, at: address)
        var left = faults
        if !missing.isEmpty {
            // Before that RabbitMQ 3.10 can lose what is in a new queue.
            try await Task.sleep(for: .seconds(2))
            left = try await Topology.faults(at: address)
        }
        let declared = missing.filter { name in !left.contains { $0.name == name } }
        for fault in refused {
            let known = left.first { $0.name == fault.name }
            // A refused declaration leaves it missing: the refusal says why.
            if known?.cause == .missing { left.removeAll { $0.name == fault.name } }
            if known == nil || known?.cause == .missing { left.append(fault) }
        }
        return (declared, left)
    }
}
