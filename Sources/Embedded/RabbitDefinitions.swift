import Foundation

/// Users, virtual hosts and permissions of a private RabbitMQ, which reads them at each start, before it listens.
struct RabbitDefinitions {
    static let user = "leadline"
    static let file = "definitions.json"

    var password: String
    /// In addition to `/`.
    var virtualHosts: [String]

    func write(in folder: ServerFolder) throws {
        try folder.write(Self.file, json(lockingGuest: Self.mayHaveGuest(folder)))
    }

    /// RabbitMQ creates its user guest, with a well-known password, only in an empty database and without definitions.
    /// Earlier versions of Leadline had none, or some that named it.
    private static func mayHaveGuest(_ folder: ServerFolder) -> Bool {
        if let former = folder.read(file) { return former.contains(#""guest""#) }
        return FileManager.default.fileExists(atPath: folder.file("mnesia/\(EmbeddedRabbit.node)"))
    }

    private func json(lockingGuest: Bool) -> String {
        let names = ["/"] + virtualHosts
        var users = [#"{"name": "\#(Self.user)", "password": "\#(password)", "tags": "administrator"}"#]
        // Definitions delete nobody. A user without a password hash can't log in.
        if lockingGuest { users.append(#"{"name": "guest", "password_hash": "", "tags": ""}"#) }
        let permissions = names.map {
            #"{"user": "\#(Self.user)", "vhost": "\#($0)", "configure": ".*", "write": ".*", "read": ".*"}"#
        }
        return """
            {"users": [\(users.joined(separator: ",\n"))],
             "vhosts": [\(names.map { #"{"name": "\#($0)"}"# }.joined(separator: ", "))],
             "permissions": [\(permissions.joined(separator: ",\n"))]}

            """
    }
}
