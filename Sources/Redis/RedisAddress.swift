/// A Redis server's address with user, password and database: `redis://[user:password@]host:port/db` or `unix:/path?db=2`.
///
/// Every part may be percent-encoded; the port is 6379 and the database 0 unless given.
public struct RedisAddress: Sendable, Hashable, CustomStringConvertible {
    public var place: Place = .tcp(host: "127.0.0.1", port: 6379)
    /// Nil: Redis's default user.
    public var user: String?
    /// Nil: no AUTH is sent.
    public var password: String?
    public var database = 0

    public enum Place: Sendable, Hashable {
        case tcp(host: String, port: UInt16)
        case unix(path: String)
    }

    /// Why a text is not an address. It contains no part of the text: each could be a part of a password whose special
    /// characters were not percent-encoded.
    public struct Malformed: Error, Hashable, CustomStringConvertible {
        public let description: String
    }

    public init() {}

    public init(_ text: String) throws(Malformed) {
        let scheme = text.prefix { $0 != ":" }
        var rest = text[scheme.endIndex...].dropFirst()
        switch scheme.lowercased() {
        case "redis": try readServer(&rest)
        case "unix": try readPath(&rest)
        case "rediss":
            throw Malformed(
                description: "rediss is not supported: Debian's hiredis 0.14 has no TLS (put a TLS proxy before Redis)")
        default: throw Malformed(description: "a Redis address begins with redis:// or unix:")
        }
    }

    /// The whole address, user and password included: a secret.
    public var url: String {
        let login = password.map { "\(Self.encoded(user ?? "")):\(Self.encoded($0))@" } ?? ""
        switch place {
        case .tcp(let host, let port):
            let host = (host.contains(":") ? "[\(host)]" : host).replacing("%", with: "%25")
            return "redis://\(login)\(host):\(port)/\(database)"
        // The scheme has no place for a login.
        case .unix(let path):
            let path = path.split(separator: "/").map { "/" + Self.encoded(String($0)) }.joined()
            return "unix:\(path)" + (database == 0 ? "" : "?db=\(database)")
        }
    }

    /// Without user and password, for logs and errors.
    public var description: String {
        switch place {
        case .tcp(let host, let port):
            "redis://\(host.contains(":") ? "[\(host)]" : host):\(port)/\(database)"
        case .unix(let path): database == 0 ? "unix:\(path)" : "unix:\(path)?db=\(database)"
        }
    }

    private mutating func readServer(_ rest: inout Substring) throws(Malformed) {
        guard rest.hasPrefix("//") else { throw Malformed(description: "'//' is missing after redis:") }
        rest = rest.dropFirst(2)
        if let path = rest.cutTail(from: "/"), !path.isEmpty { database = try Self.database(path) }
        if let at = rest.lastIndex(of: "@") {
            var credentials = rest[..<at]
            rest = rest[rest.index(after: at)...]
            let secret = credentials.cutTail(from: ":")
            if !credentials.isEmpty { user = try Self.decoded(credentials, "user") }
            password = try secret.map { (text) throws(Malformed) in try Self.decoded(text, "password") }
            // AUTH needs a password: a user without one would be ignored.
            guard password != nil else { throw Malformed(description: "a user without a password") }
        }
        try readHostAndPort(rest)
    }

    private mutating func readHostAndPort(_ text: Substring) throws(Malformed) {
        var name = text
        var digits: Substring?
        if name.first == "[" {
            guard let end = name.firstIndex(of: "]") else {
                throw Malformed(description: "the host begins with '[' but has no ']'")
            }
            var tail = name[name.index(after: end)...]
            name = name[name.index(after: name.startIndex)..<end]
            digits = tail.cutTail(from: ":")
            guard tail.isEmpty else { throw Malformed(description: "only a port may follow the host's ']'") }
        } else {
            digits = name.cutTail(from: ":")
        }
        guard !name.isEmpty else { throw Malformed(description: "the host is missing") }
        var port: UInt16 = 6379
        if let digits {
            guard let number = UInt16(digits), number > 0 else {
                throw Malformed(
                    description:
                        "what follows the host's ':' is not a port from 1 to 65535; in a password write / as %2F")
            }
            port = number
        }
        let host = try Self.decoded(name, "host")
        guard host.utf8.allSatisfy(Self.isOfHost) else {
            throw Malformed(description: "the host has characters that no host name or IP address has")
        }
        place = .tcp(host: host, port: port)
    }

    private mutating func readPath(_ rest: inout Substring) throws(Malformed) {
        if let query = rest.cutTail(from: "?") {
            guard query.hasPrefix("db=") else { throw Malformed(description: "only db=NUMBER may follow '?'") }
            database = try Self.database(query.dropFirst(3))
        }
        // unix:///path is the same as unix:/path.
        if rest.hasPrefix("//") { rest = rest.dropFirst(2) }
        guard rest.hasPrefix("/") else { throw Malformed(description: "the path of the socket is not absolute") }
        place = .unix(path: try Self.decoded(rest, "path"))
    }

    private static func database(_ text: Substring) throws(Malformed) -> Int {
        guard let number = Int(text), number >= 0 else {
            throw Malformed(description: "the database is not a number; in a password write / as %2F")
        }
        return number
    }

    private static func decoded(_ text: Substring, _ part: String) throws(Malformed) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit) else {
                throw Malformed(description: "a '%' in the \(part) is not followed by two hex digits")
            }
            bytes.append(high << 4 | low)
        }
        guard let result = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw Malformed(description: "the \(part) is not valid text after percent-decoding")
        }
        return result
    }

    /// Letters, digits, `-`, `.` and `_`, and what an IPv6 address has: `:`, and `%` before a zone.
    private static func isOfHost(_ byte: UInt8) -> Bool {
        isPlain(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "%")
    }

    /// Percent-encodes all but letters, digits, `-`, `.` and `_`.
    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return isPlain(byte) ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + digits
        }.joined()
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        let character = Character(UnicodeScalar(byte))
        return byte < 128 && (character.isLetter || character.isNumber || "-._".contains(character))
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        Character(UnicodeScalar(byte)).hexDigitValue.map(UInt8.init)
    }
}

extension Substring {
    /// Removes the first `mark` and everything after it; returns the text after it.
    fileprivate mutating func cutTail(from mark: Character) -> Substring? {
        guard let position = firstIndex(of: mark) else { return nil }
        let tail = self[index(after: position)...]
        self = self[..<position]
        return tail
    }
}
