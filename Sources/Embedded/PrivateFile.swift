import Glibc

/// A file that only this user can read.
public enum PrivateFile {
    /// The system refused; `description` is its message.
    public struct Unwritable: Error, Equatable, CustomStringConvertible {
        public let description: String
    }

    /// Creates or replaces the file. A reader sees the former content or the new one, never a part.
    public static func write(_ text: String, to path: String) throws(Unwritable) {
        let new = path + ".new"
        // A file that exists would keep its permissions.
        unlink(new)
        let handle = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard handle >= 0 else { throw .last }
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(handle, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else {
                defer { close(handle) }
                throw .last
            }
            written += max(count, 0)
        }
        close(handle)
        guard rename(new, path) == 0 else { throw .last }
    }
}

extension PrivateFile.Unwritable {
    fileprivate static var last: Self { Self(description: String(cString: strerror(errno))) }
}
