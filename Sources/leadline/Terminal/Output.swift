import Foundation
import Glibc

/// Writes to standard output at once, without a buffer, also into a pipe.
func print(_ text: String, terminator: String = "\n") { emit(text + terminator, to: STDOUT_FILENO) }

/// Writes a line to standard error.
func printError(_ line: String) { emit(line + "\n", to: STDERR_FILENO) }

/// Prints a value as JSON: the shapes are in `config/contract/`.
func printJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
}

func emit(_ text: String, to descriptor: Int32) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
        let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if written < 0, errno == EINTR { continue }
        if written <= 0 {
            // The reader has gone, as after `| head`, and our parent ignores SIGPIPE: exit as that signal would.
            if errno == EPIPE, descriptor == STDOUT_FILENO { exit(128 + SIGPIPE) }
            return
        }
        rest = rest.dropFirst(written)
    }
}
