import Foundation
import Glibc

/// A contender as a process. It ends with us, however we end.
final class ChildProcess {
    private let process = Process()
    private let log: String

    init(
        _ program: String, _ arguments: [String], environment: [String: String], folder: String, log: String
    ) throws {
        self.log = log
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        guard let output = FileHandle(forWritingAtPath: log) else { throw BenchError("\(log) cannot be written") }
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        // setpriv becomes the program: the process id stays.
        process.arguments = ["--pdeathsig", "KILL", "--", program] + arguments
        // Without settings that happen to be there.
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("LEADLINE_") }
            .merging(environment) { $1 }
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        (process.standardOutput, process.standardError) = (output, output)
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    var processID: Int32 { process.processIdentifier }
    var isRunning: Bool { process.isRunning }

    /// All that it printed.
    var words: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

    /// The last lines that it printed.
    var lastWords: String {
        let printed = words
        return printed.split(separator: "\n").suffix(8).joined(separator: "\n")
    }

    /// Tells it to end, and after ten seconds ends it.
    func stop() {
        guard process.isRunning else { return }
        process.terminate()
        let end = ContinuousClock.now + .seconds(10)
        while process.isRunning, ContinuousClock.now < end { Thread.sleep(forTimeInterval: 0.02) }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }
}

/// Processor time, as the kernel counts it: of processes in hundredths of a second.
enum ProcessorTime {
    private static let tick = 1 / Double(sysconf(Int32(_SC_CLK_TCK)))

    /// Seconds that a process and all that live below it have used.
    static func seconds(of root: Int32) -> Double {
        var byParent: [Int32: [(process: Int32, ticks: Double)]] = [:]
        var ticks = 0.0
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
            guard let process = Int32(name), let fields = fields(of: process) else { continue }
            // From the third field on: state, parent, …; the 14th to 17th are time of its own and of reaped children.
            let used = fields[11...14].compactMap { Double($0) }.reduce(0, +)
            if process == root { ticks += used }
            byParent[Int32(fields[1]) ?? 0, default: []].append((process, used))
        }
        var next = [root]
        while let parent = next.popLast() {
            for child in byParent[parent] ?? [] {
                ticks += child.ticks
                next.append(child.process)
            }
        }
        return ticks * tick
    }

    /// Seconds in which the machine's cores were busy, with whatever.
    static func secondsOfMachine() -> Double {
        let text = read("/proc/stat")
        let numbers = text.prefix { $0 != "\n" }.split(separator: " ").dropFirst().compactMap { Double($0) }
        guard numbers.count >= 8 else { return 0 }
        // user, nice, system, idle, iowait, irq, softirq, steal
        return (numbers[0] + numbers[1] + numbers[2] + numbers[5] + numbers[6] + numbers[7]) * tick
    }

    /// Seconds that this thread has used, exactly.
    static func secondsOfThread() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func fields(of process: Int32) -> [Substring]? {
        let text = read("/proc/\(process)/stat")
        // The program's name, in brackets, can hold anything.
        guard let bracket = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: bracket)...].split(separator: " ")
        return fields.count > 14 ? fields : nil
    }

    private static func read(_ path: String) -> String {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
