/// A broker's address with user, password and virtual host: `amqp://user:password@host:port/vhost`.
///
/// Every part may be percent-encoded, and `/%2F` or no path at all is the virtual host `/`. `amqps` verifies the
/// broker's certificate; as in RabbitMQ's own clients, `cacertfile`, `certfile`, `keyfile` and `verify=verify_none`
/// may follow as a query.
public struct RabbitAddress: Sendable, Hashable, CustomStringConvertible {
    public var host = "127.0.0.1"
    public var port: UInt16 = 5672
    public var virtualHost = "/"
    public var user = "guest"
    public var password = "guest"
    /// Nil for plain TCP.
    public var security: Security?

    /// The certificates of an `amqps` connection.
    public struct Security: Sendable, Hashable {
        /// PEM file of the trusted authorities. librabbitmq 0.11 does not use the system's store: this is Debian's file.
        public var authorities = "/etc/ssl/certs/ca-certificates.crt"
        /// PEM files of our own certificate and its key, if the broker asks for one.
        public var certificate: String?
        public var key: String?
        /// False with `verify=verify_none`: then any server can impersonate the broker.
        public var verifiesPeer = true

        public init() {}
    }

    /// Why a text is not an address. It contains no part of the text: each could be a part of a password whose special
    /// characters were not percent-encoded.
    public struct Malformed: Error, Hashable, CustomStringConvertible {
        public let description: String
    }

    public init() {}

    public init(_ text: String) throws(Malformed) {
        var rest = Substring(text)
        switch rest.cut(through: "://")?.lowercased() {
        case "amqp": break
        case "amqps":
            security = Security()
            port = 5671
        default: throw Malformed(description: "a broker address begins with amqp:// or amqps://")
        }
        let query = rest.cutTail(from: "?")
        let path = rest.cutTail(from: "/")
        try readCredentials(&rest)
        try readHostAndPort(rest)
        // Otherwise a password with one of them would be taken for a virtual host or an option, and be shown as such.
        guard path?.contains("@") != true, query?.contains("@") != true else {
            throw Malformed(
                description:
                    "'@' follows a '/' or '?': in user and password write / as %2F, ? as %3F, elsewhere @ as %40")
        }
        if let path, !path.isEmpty {
            guard !path.contains("/") else {
                throw Malformed(description: "the virtual host contains '/': write it as %2F")
            }
            virtualHost = try Self.decoded(path, "virtual host")
        }
        for option in query?.split(separator: "&") ?? [] { try readOption(option) }
    }

    /// The whole address, user and password included: a secret.
    public var url: String {
        var options: [(String, String)] = []
        if let security {
            if security.authorities != Security().authorities { options.append(("cacertfile", security.authorities)) }
            if let certificate = security.certificate { options.append(("certfile", certificate)) }
            if let key = security.key { options.append(("keyfile", key)) }
            if !security.verifiesPeer { options.append(("verify", "verify_none")) }
        }
        let query = options.map { "\($0)=\(Self.encoded($1))" }.joined(separator: "&")
        return "\(security == nil ? "amqp" : "amqps")://\(Self.encoded(user)):\(Self.encoded(password))@"
            + hostAndPort.replacing("%", with: "%25") + "/" + Self.encoded(virtualHost)
            + (query.isEmpty ? "" : "?" + query)
    }

    /// Without user and password, for logs and errors.
    public var description: String {
        "\(security == nil ? "amqp" : "amqps")://\(hostAndPort)/\(virtualHost == "/" ? "%2F" : virtualHost)"
    }

    var hostAndPort: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    private mutating func readCredentials(_ rest: inout Substring) throws(Malformed) {
        guard let at = rest.lastIndex(of: "@") else { return }
        var credentials = rest[..<at]
        rest = rest[rest.index(after: at)...]
        let secret = credentials.cutTail(from: ":")
        if !credentials.isEmpty { user = try Self.decoded(credentials, "user") }
        if let secret { password = try Self.decoded(secret, "password") }
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
        host = try Self.decoded(name, "host")
        guard host.utf8.allSatisfy(Self.isOfHost) else {
            throw Malformed(description: "the host has characters that no host name or IP address has")
        }
        guard let digits else { return }
        guard let number = UInt16(digits), number > 0 else {
            throw Malformed(
                description:
                    "what follows the host's ':' is not a port from 1 to 65535; in a password write / as %2F, ? as %3F")
        }
        port = number
    }

    private mutating func readOption(_ option: Substring) throws(Malformed) {
        var name = option
        let value = try Self.decoded(name.cutTail(from: "=") ?? "", "query")
        guard security != nil else { throw Malformed(description: "options after '?' are only for amqps") }
        switch (name, value) {
        case ("cacertfile", _): security?.authorities = value
        case ("certfile", _): security?.certificate = value
        case ("keyfile", _): security?.key = value
        case ("verify", "verify_none"): security?.verifiesPeer = false
        case ("verify", "verify_peer"): security?.verifiesPeer = true
        default:
            throw Malformed(
                description:
                    "the options are cacertfile, certfile, keyfile, and verify, which is verify_peer or verify_none")
        }
    }

    private static func decoded(_ text: Substring, _ part: String) throws(Malformed) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(Self.hexDigit), let low = rest.popFirst().flatMap(Self.hexDigit)
            else { throw Malformed(description: "a '%' in the \(part) is not followed by two hex digits") }
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
    /// Removes everything through `mark` and returns the text before it; nil, with nothing removed, if there is no mark.
    fileprivate mutating func cut(through mark: String) -> Substring? {
        var position = startIndex
        while position < endIndex {
            if self[position...].hasPrefix(mark) {
                let head = self[..<position]
                self = self[index(position, offsetBy: mark.count)...]
                return head
            }
            position = index(after: position)
        }
        return nil
    }

    /// Removes the first `mark` and everything after it; returns the text after it.
    fileprivate mutating func cutTail(from mark: Character) -> Substring? {
        guard let position = firstIndex(of: mark) else { return nil }
        let tail = self[index(after: position)...]
        self = self[..<position]
        return tail
    }
}
