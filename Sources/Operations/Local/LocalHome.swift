import Embedded
import Foundation
import Running

/// The folder of a `leadline up`, which holds the data of its private servers and their addresses with the passwords, in
/// a file that only this user can read.
///
/// A running `up` holds a lock there, which the kernel releases however the process ends. So addresses that a killed
/// process left behind are never used.
public struct LocalHome: Sendable {
    public let folder: String

    public init(_ folder: String) { self.folder = folder }

    /// URLs of the private servers, with their passwords; nil for a server that is not private.
    public struct Endpoints: Codable, Equatable, Sendable {
        public var broker: String?
        public var redis: String?
    }

    private var endpointsPath: String { folder + "/endpoints.json" }
    private var lockPath: String { folder + "/up.lock" }

    /// The addresses of the `up` that runs here; nil if none runs.
    public func endpoints() -> Endpoints? {
        guard FileLock.isHeld(lockPath), let data = FileManager.default.contents(atPath: endpointsPath) else {
            return nil
        }
        return try? JSONDecoder().decode(Endpoints.self, from: data)
    }

    /// Claims the folder, for as long as the lock exists.
    func claim() throws -> FileLock {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw LocalHomeError.unwritable(path: folder, reason: error.localizedDescription)
        }
        var lock = try FileLock(lockPath)
        // The lock of a process that was just killed exists until the kernel has removed it. Waiting for the lock itself
        // would wait for a running process as well.
        let end = ContinuousClock.now + .seconds(2)
        while lock == nil, ContinuousClock.now < end {
            Thread.sleep(forTimeInterval: 0.1)
            lock = try FileLock(lockPath)
        }
        guard let lock else {
            throw LocalHomeError.inUse(folder: folder, process: FileLock.process(of: lockPath))
        }
        removeEndpoints()
        return lock
    }

    func write(_ endpoints: Endpoints) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            try PrivateFile.write(String(decoding: encoder.encode(endpoints), as: UTF8.self), to: endpointsPath)
        } catch {
            throw LocalHomeError.unwritable(path: endpointsPath, reason: "\(error)")
        }
    }

    func removeEndpoints() { try? FileManager.default.removeItem(atPath: endpointsPath) }
}

public enum LocalHomeError: Error, Equatable {
    case unwritable(path: String, reason: String)
    /// Another `up` runs there.
    case inUse(folder: String, process: String)
}
