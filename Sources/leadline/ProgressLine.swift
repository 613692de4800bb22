import Foundation
import Glibc

/// Progress of long work: a line that is written over on a terminal, plain lines now and then when piped.
final class ProgressLine {
    private let label: String
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var shown = Date.distantPast

    init(_ label: String) { self.label = label }

    /// - Parameter total: nothing where it is not known.
    func show(_ done: Int, of total: Int?, _ note: String = "") {
        guard Date.now.timeIntervalSince(shown) > (isTerminal ? 0.1 : 5) else { return }
        shown = .now
        let counted = total.map { "\(done) of \($0) (\($0 == 0 ? 100 : done * 100 / $0) %)" } ?? "\(done)"
        write("\(label): \(counted)\(note.isEmpty ? "" : ", \(note)")")
    }

    /// Ends the line that is written over.
    func finish() {
        if isTerminal, shown != .distantPast { write("") }
    }

    private func write(_ line: String) {
        if isTerminal {
            emit("\r\u{1B}[K\(line)", to: STDERR_FILENO)
        } else {
            printError(line)
        }
    }
}
