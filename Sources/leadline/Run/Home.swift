import Foundation
import Rabbit
import Redis
import Running

/// The folder of `leadline up`: `.leadline` in the current folder, or the one that LEADLINE_HOME names.
///
/// A running `up` holds a lock there, which the kernel releases with its process, however that ends: addresses that a
/// killed process left behind are never used.
struct Home {
    let folder: String

    init() { folder = ProcessInfo.processInfo.environment["LEADLINE_HOME"] ?? ".leadline" }

    /// Addresses of the private servers; nil for a server that the settings name.
    struct Endpoints: Codable {
        var broker: String?
        var redis: String?
    }

    private var endpointsPath: String { folder + "/endpoints.json" }
    private var lockPath: String { folder + "/up.lock" }

    /// The addresses of the `up` that runs here; nil if none runs.
    func endpoints() -> Endpoints? {
        guard FileLock.isHeld(lockPath), let data = FileManager.default.contents(atPath: endpointsPath) else {
            return nil
        }
        return try? JSONDecoder().decode(Endpoints.self, from: data)
    }

    /// Claims the folder, for as long as the lock exists.
    func take() throws -> FileLock {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Failure(.data, "cannot create the folder \(folder): \(error.localizedDescription)")
        }
        var lock = try FileLock(lockPath)
        // The lock of a process that was just killed exists until the kernel has removed it.
        let end = ContinuousClock.now + .seconds(2)
        while lock == nil, ContinuousClock.now < end {
            Thread.sleep(forTimeInterval: 0.1)
            lock = try FileLock(lockPath)
        }
        guard let lock else {
            throw Failure(
                .usage,
                "a `leadline up` runs in \(folder) already (process \(FileLock.process(of: lockPath))); other commands "
                    + "here find it. To run another, use another folder or set LEADLINE_HOME")
        }
        removeEndpoints()
        return lock
    }

    func write(_ endpoints: Endpoints) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try OutputFile.write(encoder.encode(endpoints), to: endpointsPath)
    }

    func removeEndpoints() { try? FileManager.default.removeItem(atPath: endpointsPath) }
}
