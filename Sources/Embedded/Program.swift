import Glibc

/// The programs of Debian that we start, and the packages that bring them.
struct Program: Sendable {
    var path: String
    var package: String

    static let setpriv = Program(path: "/usr/bin/setpriv", package: "util-linux")
    static let redis = Program(path: "/usr/bin/redis-server", package: "redis-server")
    /// Not the one in /usr/sbin, which would switch to the user rabbitmq.
    static let rabbit = Program(path: "/usr/lib/rabbitmq/bin/rabbitmq-server", package: "rabbitmq-server")
    static let erlang = Program(path: "/usr/bin/erl", package: "erlang-base")

    /// Throws if it is not there.
    func require() throws {
        guard access(path, X_OK) == 0 else { throw EmbeddedError.missing(program: path, package: package) }
    }
}
