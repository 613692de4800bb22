import Foundation
import Glibc

/// Progress of long work: one line that is overwritten on a terminal, a plain line every few seconds otherwise. Short work
/// shows none.
final class ProgressLine {
    private let label: String
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var (shown, next): (Bool, Date)

    init(_ label: String) {
        self.label = label
        (shown, next) = (false, .now + (isTerminal ? 0.3 : 5))
    }

    /// - Parameter total: nil if it is not known.
    func show(_ done: Int, of total: Int?, _ note: String = "") {
        let counted = total.map { "\($0 == 0 ? 100 : done * 100 / $0) %" } ?? "\(done)"
        show("\(counted)\(note.isEmpty ? "" : " \(note)")")
    }

    func show(_ words: String) {
        guard Date.now >= next else { return }
        (shown, next) = (true, .now + (isTerminal ? 0.1 : 5))
        write("\(label): \(words)")
    }

    /// Removes the line from a terminal.
    func finish() {
        if isTerminal, shown { write("") }
    }

    private func write(_ line: String) {
        if isTerminal {
            emit("\r\u{1B}[K\(line)", to: STDERR_FILENO)
        } else {
            printError(line)
        }
    }
}
