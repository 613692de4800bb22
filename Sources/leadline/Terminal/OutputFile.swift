import Foundation
import Glibc

/// A file that a command writes.
enum OutputFile {
    /// Throws if the file can't be written. Call it before long work.
    static func require(_ path: String) throws {
        let folder = (path as NSString).deletingLastPathComponent
        if access(folder.isEmpty ? "." : folder, W_OK) != 0 { throw failure(path, String(cString: strerror(errno))) }
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            throw failure(path, "it is a folder")
        }
    }

    /// Writes the whole file, or leaves it as it is.
    static func write(_ data: Data, to path: String) throws {
        do {
            try data.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw failure(path, error.localizedDescription)
        }
    }

    private static func failure(_ path: String, _ cause: String) -> Failure {
        Failure(.data, "cannot write \(path): \(cause)")
    }
}
