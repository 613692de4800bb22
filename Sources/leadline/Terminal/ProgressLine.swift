import Foundation
import Glibc

/// Progress of long work: a line that is written over on a terminal, plain lines now and then when piped. Work that is
/// soon done shows none.
final class ProgressLine {
    private let label: String
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var (shown, next): (Bool, Date)

    init(_ label: String) {
        self.label = label
        (shown, next) = (false, .now + (isTerminal ? 0.3 : 5))
    }

    /// - Parameter total: nothing where it is not known.
    func show(_ done: Int, of total: Int?, _ note: String = "") {
        let counted = total.map { "\($0 == 0 ? 100 : done * 100 / $0) %" } ?? "\(done)"
        show("\(counted)\(note.isEmpty ? "" : " \(note)")")
    }

    /// - Parameter words: how far it is.
    func show(_ words: String) {
        guard Date.now >= next else { return }
        (shown, next) = (true, .now + (isTerminal ? 0.1 : 5))
        write("\(label): \(words)")
    }

    /// Ends the line that is written over.
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
