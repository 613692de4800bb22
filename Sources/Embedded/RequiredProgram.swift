import Glibc

/// A program that the servers need, and the Debian package that contains it.
struct RequiredProgram: Sendable {
    var path: String
    var package: String

    static let setpriv = RequiredProgram(path: "/usr/bin/setpriv", package: "util-linux")
    static let redis = RequiredProgram(path: "/usr/bin/redis-server", package: "redis-server")
    /// Not the script in /usr/sbin, which would switch to the user rabbitmq.
    static let rabbit = RequiredProgram(path: "/usr/lib/rabbitmq/bin/rabbitmq-server", package: "rabbitmq-server")
    static let erlang = RequiredProgram(path: "/usr/bin/erl", package: "erlang-base")

    /// Throws `EmbeddedError.missing` if it is not installed.
    func require() throws {
        guard access(path, X_OK) == 0 else { throw EmbeddedError.missing(program: path, package: package) }
    }
}
