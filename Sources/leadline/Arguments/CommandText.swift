import Foundation

/// A command as a person can paste it into a shell.
struct CommandText {
    var arguments: [String]

    /// - Parameter arguments: with the program, of which only the name is used.
    init(_ arguments: [String]) {
        self.arguments = arguments
        if let program = arguments.first { self.arguments[0] = (program as NSString).lastPathComponent }
    }

    /// Removes flags with their values, and puts others where the first of them was, or at the end.
    func replacing(_ flags: Set<String>, with others: [String]) -> CommandText {
        var (kept, place): ([String], Int?) = ([], nil)
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let flag = argument.prefix { $0 != "=" }
            guard flags.contains(String(flag)) else {
                kept.append(argument)
                continue
            }
            place = place ?? kept.count
            if flag.count == argument.count { _ = rest.popFirst() }
        }
        kept.insert(contentsOf: others, at: place ?? kept.count)
        var text = self
        text.arguments = kept
        return text
    }

    var text: String { arguments.map(Self.quoted).joined(separator: " ") }

    /// The argument as a POSIX shell reads it back.
    static func quoted(_ argument: String) -> String {
        let isPlain = argument.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || "-_./=:,@%+".utf8.contains(byte)
        }
        return isPlain && !argument.isEmpty ? argument : "'" + argument.replacing("'", with: "'\\''") + "'"
    }
}
