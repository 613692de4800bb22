import Foundation
import Glibc

/// A file that a command is to write.
enum OutputFile {
    /// Whether it can be written, to be asked before long work.
    static func require(_ path: String) throws {
        let folder = (path as NSString).deletingLastPathComponent
        if access(folder.isEmpty ? "." : folder, W_OK) != 0 { throw failure(path, String(cString: strerror(errno))) }
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            throw failure(path, "it is a folder")
        }
    }

    /// Writes it whole or not at all.
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
