import Addresses

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

    public typealias Malformed = MalformedAddress

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
        let login = password.map { "\(AddressText.encoded(user ?? "")):\(AddressText.encoded($0))@" } ?? ""
        switch place {
        case .tcp(let host, let port):
            let host = (host.contains(":") ? "[\(host)]" : host).replacing("%", with: "%25")
            return "redis://\(login)\(host):\(port)/\(database)"
        // The scheme has no place for a login.
        case .unix(let path):
            let path = path.split(separator: "/").map { "/" + AddressText.encoded(String($0)) }.joined()
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
        if let credentials = try AddressText.takeCredentials(&rest) {
            (user, password) = credentials
            // AUTH needs a password: a user without one would be ignored.
            guard password != nil else { throw Malformed(description: "a user without a password") }
        }
        let (host, port) = try AddressText.hostAndPort(rest, advice: "/ as %2F")
        place = .tcp(host: host, port: port ?? 6379)
    }

    private mutating func readPath(_ rest: inout Substring) throws(Malformed) {
        if let query = rest.cutTail(from: "?") {
            guard query.hasPrefix("db=") else { throw Malformed(description: "only db=NUMBER may follow '?'") }
            database = try Self.database(query.dropFirst(3))
        }
        // unix:///path is the same as unix:/path.
        if rest.hasPrefix("//") { rest = rest.dropFirst(2) }
        guard rest.hasPrefix("/") else { throw Malformed(description: "the path of the socket is not absolute") }
        place = .unix(path: try AddressText.decoded(rest, "path"))
    }

    private static func database(_ text: Substring) throws(Malformed) -> Int {
        guard let number = Int(text), number >= 0 else {
            throw Malformed(description: "the database is not a number; in a password write / as %2F")
        }
        return number
    }
}
