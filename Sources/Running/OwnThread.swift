import Foundation

/// Runs blocking work on a thread of its own.
public func onThread<Answer: Sendable, Failure>(
    _ name: String, _ work: @escaping @Sendable () throws(Failure) -> Answer
) async throws(Failure) -> Answer {
    let result = await withCheckedContinuation { continuation in
        let thread = Thread { continuation.resume(returning: Result(catching: work)) }
        thread.name = name
        thread.start()
    }
    return try result.get()
}
