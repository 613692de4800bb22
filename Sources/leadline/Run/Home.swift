import Foundation
import Rabbit
import Redis
import Running

/// Where `leadline up` keeps what is its own: `.leadline` in the present folder, or the folder LEADLINE_HOME names.
///
/// While an `up` runs it holds a lock there, which the kernel takes away with its process, however that ends: so the
/// addresses that a killed one left are never taken for those of one that runs.
struct Home {
    let folder: String

    init() { folder = ProcessInfo.processInfo.environment["LEADLINE_HOME"] ?? ".leadline" }

    /// Of the private servers; nothing for one that the settings name.
    struct Endpoints: Codable {
        var broker: String?
        var redis: String?
    }

    private var endpointsPath: String { folder + "/endpoints.json" }
    private var lockPath: String { folder + "/up.lock" }

    /// Those of the `up` that runs here; nothing if none does.
    func endpoints() -> Endpoints? {
        guard FileLock.isHeld(lockPath), let data = FileManager.default.contents(atPath: endpointsPath) else {
            return nil
        }
        return try? JSONDecoder().decode(Endpoints.self, from: data)
    }

    /// Takes the folder, for as long as the lock lives.
    func take() throws -> FileLock {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Failure(.data, "cannot make the folder \(folder): \(error.localizedDescription)")
        }
        var lock = try FileLock(lockPath)
        // One that was killed just now holds it until the kernel is done with it.
        let end = ContinuousClock.now + .seconds(2)
        while lock == nil, ContinuousClock.now < end {
            Thread.sleep(forTimeInterval: 0.1)
            lock = try FileLock(lockPath)
        }
        guard let lock else {
            throw Failure(
                .usage,
                "a `leadline up` runs in \(folder) already (process \(FileLock.process(of: lockPath))); other commands here find it. For a further one take "
                    + "another folder, or set LEADLINE_HOME")
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
