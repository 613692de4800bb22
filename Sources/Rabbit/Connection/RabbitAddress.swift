import Addresses

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

    public typealias Malformed = MalformedAddress

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
        if let credentials = try AddressText.takeCredentials(&rest) {
            user = credentials.user ?? user
            password = credentials.password ?? password
        }
        let place = try AddressText.hostAndPort(rest, advice: "/ as %2F, ? as %3F")
        (host, port) = (place.host, place.port ?? port)
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
            virtualHost = try AddressText.decoded(path, "virtual host")
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
        let query = options.map { "\($0)=\(AddressText.encoded($1))" }.joined(separator: "&")
        return "\(security == nil ? "amqp" : "amqps")://\(AddressText.encoded(user)):\(AddressText.encoded(password))@"
            + hostAndPort.replacing("%", with: "%25") + "/" + AddressText.encoded(virtualHost)
            + (query.isEmpty ? "" : "?" + query)
    }

    /// Without user and password, for logs and errors.
    public var description: String {
        "\(security == nil ? "amqp" : "amqps")://\(hostAndPort)/\(virtualHost == "/" ? "%2F" : virtualHost)"
    }

    var hostAndPort: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    private mutating func readOption(_ option: Substring) throws(Malformed) {
        var name = option
        let value = try AddressText.decoded(name.cutTail(from: "=") ?? "", "query")
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
}
