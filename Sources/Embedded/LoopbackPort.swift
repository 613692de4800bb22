import Glibc

/// Free ports of 127.0.0.1.
///
/// They lie below the kernel's range of ephemeral ports. Inside that range, a client that keeps connecting to a server
/// that is down can get the server's port as its own, connect to itself and keep the server from starting again.
enum LoopbackPort {
    static let range = 20_000...32_000

    /// Different free ports, picked at random.
    static func pick(_ count: Int) -> [Int] {
        var picked: Set<Int> = []
        while picked.count < count {
            let port = Int.random(in: range)
            if isFree(port) { picked.insert(port) }
        }
        return Array(picked)
    }

    /// Whether a server could listen there now. Lingering connections of a former server do not count.
    static func isFree(_ port: Int) -> Bool {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard handle >= 0 else { return false }
        defer { close(handle) }
        var yes: Int32 = 1
        setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        return withAddress(port) { bind(handle, $0, $1) } == 0
    }

    static func withAddress<R>(_ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
