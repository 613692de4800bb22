import Foundation
import Synchronization
import Testing

/// Runs tests on threads of the kit's own, a few at a time: they block while they wait for servers, and there are only as
/// many of Swift's threads as there are cores.
public struct OwnThreads: TestTrait, SuiteTrait, TestScoping {
    public var isRecursive: Bool { true }

    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(Threads.all) { try await function() }
    }
}

extension Trait where Self == OwnThreads {
    /// For suites that wait for servers and processes.
    public static var onOwnThreads: Self { Self() }
}

/// A fixed number of threads that take jobs in the order in which they come.
private final class Threads: TaskExecutor {
    static let all = Threads(6)

    private let jobs = Mutex([UnownedJob]())
    private let waiting = DispatchSemaphore(value: 0)

    private init(_ count: Int) {
        for number in 0..<count {
            let thread = Thread { [unowned self] in
                while true {
                    waiting.wait()
                    let job = jobs.withLock { $0.removeFirst() }
                    job.runSynchronously(on: asUnownedTaskExecutor())
                }
            }
            thread.name = "tests \(number)"
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
        waiting.signal()
    }
}
