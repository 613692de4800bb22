/// A Lua script with a name. Each connection loads it before its first call and then calls it by its digest. A server that
/// lost it (SCRIPT FLUSH, a failover) gets it again.
///
/// It is a class, so that connections can identify a script without comparing sources: create each script once.
public final class Script: Sendable {
    static let digestLength = 40

    /// For errors only.
    public let name: String
    public let source: String

    public init(_ name: String, _ source: String) {
        self.name = name
        self.source = source
    }
}
