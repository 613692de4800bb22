/// A Lua script by name. Each connection loads it at first use and calls it by its digest from then on; a server
/// that has forgotten it (SCRIPT FLUSH, a failover) is given it again.
///
/// It is a class so that connections can tell scripts apart without comparing their sources: make each one once.
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
