extension Pipeline {
    /// A command as errors may show it: its name and the first key, or a script's name and first key. Never a value. Of a
    /// key with a part in braces, which decides its slot, one word behind that: an id can follow.
    ///
    /// Read back from the bytes, so that building a pipeline costs nothing for errors that do not happen.
    func name(of index: Int) -> String {
        let parts = self.parts(of: command(index), atMost: 4).map(\.shortened)
        guard let name = parts.first else { return "a command" }
        if let script = scripts.first(where: { $0.command == index })?.script {
            return (["script \(script.name)"] + (parts.count > 3 && parts[2] != "0" ? [parts[3]] : []))
                .joined(separator: " ")
        }
        switch name.uppercased() {
        // What follows these is a secret, a value or a source, or no key.
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
