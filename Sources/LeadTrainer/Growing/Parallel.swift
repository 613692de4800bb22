import Foundation
import Synchronization

/// The results of `body` for 0 ..< `count`, in that order, computed on up to `threads` threads.
///
/// Each part must depend on its number alone. The result is then the same for any number of threads.
func concurrentMap<Part: Sendable>(
    _ count: Int, threads: Int, _ body: @Sendable (Int) -> Part
) -> [Part] {
    let workers = min(threads, count)
    guard workers > 1 else { return (0..<count).map(body) }
    let next = Mutex(0)
    let parts = Mutex([Part?](repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
        while let number = next.withLock({ next in
            defer { next += 1 }
            return next < count ? next : nil
        }) {
            let part = body(number)
            parts.withLock { $0[number] = part }
        }
    }
    return parts.withLock { $0.map { $0! } }
}
