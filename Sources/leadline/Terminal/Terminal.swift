import Foundation
import Glibc

/// The terminal that standard output goes to.
enum Terminal {
    /// Columns, 60 to 120; 80 if standard output is no terminal.
    static var width: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return min(120, max(60, Int(size.ws_col)))
    }
}

extension String {
    /// Lines of at most `width` characters, broken at blanks. All lines but the first begin with `indent` blanks.
    func wrapped(_ width: Int, indent: Int = 0) -> String {
        var (lines, line) = ([String](), "")
        for word in split(separator: " ") {
            if line.isEmpty {
                line += word
            } else if line.count + 1 + word.count + (lines.isEmpty ? 0 : indent) <= width {
                line += " " + word
            } else {
                lines.append(line)
                line = String(word)
            }
        }
        return (lines + [line]).joined(separator: "\n" + String(repeating: " ", count: indent))
    }
}
