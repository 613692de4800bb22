/// How clients reach a server: its ports, and the password that it asks for.
///
/// Both are kept over restarts. If another process has taken a port meanwhile, both are new: a client of ours may have
/// sent the password there.
struct ServerAccess: Sendable, Equatable {
    /// The first is for clients.
    var ports: [Int]
    /// 256 random bits in hexadecimal, so it needs no escaping in URLs, settings and JSON.
    var password: String

    static func randomPassword() -> String {
        // Swift's generator asks the kernel (getrandom).
        var generator = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let digits = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// Writes both into the folder.
    func save(in folder: ServerFolder) throws {
        try folder.write("ports", ports.map(String.init).joined(separator: " ") + "\n")
        try folder.write("password", password + "\n")
    }

    /// The ports of the last start in the folder; empty if there was none.
    static func formerPorts(in folder: ServerFolder) -> [Int] {
        (folder.read("ports") ?? "").split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    }

    /// The password of the last start in the folder; nil if there was none.
    static func formerPassword(in folder: ServerFolder) -> String? {
        let words = (folder.read("password") ?? "").split(whereSeparator: \.isWhitespace)
        guard words.count == 1, words[0].utf8.count == 64 else { return nil }
        return String(words[0])
    }
}
