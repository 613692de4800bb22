import Foundation
import Glibc

/// A file that a command reads. The error quotes the system's message.
enum InputFile {
    /// - Throws: `Failure` if the file doesn't exist, can't be read, or is a folder.
    static func require(_ path: String) throws {
        let handle = open(path, O_RDONLY | O_CLOEXEC)
        guard handle >= 0 else { throw failure(path, String(cString: strerror(errno))) }
        defer { close(handle) }
        var status = stat()
        if fstat(handle, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { throw failure(path, "it is a folder") }
    }

    /// All of it; `-` is standard input.
    static func read(_ path: String) throws -> Data {
        if path == "-" { return FileHandle.standardInput.readDataToEndOfFile() }
        try require(path)
        guard let data = FileManager.default.contents(atPath: path) else {
            throw failure(path, "it could not be read to its end")
        }
        return data
    }

    private static func failure(_ path: String, _ cause: String) -> Failure {
        Failure(.data, "cannot read \(path): \(cause)")
    }
}
