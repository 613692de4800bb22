extension Pipeline {
    /// A command for errors: its name, or its script's name, and its first key. Never a value. A key with a part in braces
    /// (its slot) is cut after the next word, since a record's id may follow.
    ///
    /// It is parsed from the bytes, so that a pipeline without an error has no cost.
    func name(of index: Int) -> String {
        let parts = self.parts(of: command(index), atMost: 4).map(\.shortened)
        guard let name = parts.first else { return "a command" }
        if let script = scripts.first(where: { $0.command == index })?.script {
            return (["script \(script.name)"] + (parts.count > 3 && parts[2] != "0" ? [parts[3]] : []))
                .joined(separator: " ")
        }
        switch name.uppercased() {
        // The next part is a secret, a value or a script's source.
        case "AUTH", "HELLO", "PING", "ECHO": return name
        case "EVAL", "EVALSHA", "FCALL": return parts.count > 3 && parts[2] != "0" ? "\(name) \(parts[3])" : name
        default: return parts.count > 1 ? "\(name) \(parts[1])" : name
        }
    }

    /// The first parts of a command, as text.
    private func parts(of range: Range<Int>, atMost limit: Int) -> [String] {
        var position = range.lowerBound
        func number() -> Int {
            position += 1
            var value = 0
            while bytes[position] != 13 {
                value = value * 10 + Int(bytes[position] - UInt8(ascii: "0"))
                position += 1
            }
            position += 2
            return value
        }
        let count = number()
        return (0..<min(count, limit)).map { _ in
            let length = number()
            defer { position += length + 2 }
            return String(decoding: bytes[position..<position + length], as: UTF8.self)
        }
    }
}

extension String {
    fileprivate var shortened: String {
        guard let brace = utf8.firstIndex(of: UInt8(ascii: "}")) else { return self }
        let words = self[utf8.index(after: brace)...].utf8.split(separator: UInt8(ascii: ":"), maxSplits: 1)
        return words.count < 2 ? self : String(self[..<words[0].endIndex])
    }
}
