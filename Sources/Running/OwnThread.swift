import Foundation

/// Runs blocking work on a thread of its own.
public func onThread<Answer: Sendable, Failure>(
    _ name: String, _ work: @escaping @Sendable () throws(Failure) -> Answer
) async throws(Failure) -> Answer {
    let result = await withCheckedContinuation { continuation in
        let thread = Thread { continuation.resume(returning: Result(catching: work)) }
        thread.name = name
        // librabbitmq decodes a message's headers by recursion: about 200 bytes of stack for each of the up to 200,000
        // levels that fit into a frame of 1 MiB. Only what is used takes memory.
        thread.stackSize = 64 << 20
        thread.start()
    }
    return try result.get()
}
