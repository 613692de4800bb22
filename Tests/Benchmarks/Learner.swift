import Foundation

/// A contender that answers a line for each line that it is given, or one when it is done. It ends with us, however we
/// end.
final class Learner {
    private let process = Process()
    private let (input, output) = (Pipe(), Pipe())
    private let name: String
    private var rest = Data()

    /// - Parameter name: for errors.
    init(_ name: String, _ program: String, _ arguments: [String]) throws {
        self.name = name
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        process.arguments = ["--pdeathsig", "KILL", "--", program] + arguments
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
    }

    /// Waits for the next line.
    func answer<Answer: Decodable>(_: Answer.Type = Answer.self) throws -> Answer {
        while true {
            if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                defer { rest.removeSubrange(...end) }
                return try JSONDecoder().decode(Answer.self, from: rest[..<end])
            }
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw BenchError("\(name) ended without an answer") }
            rest.append(more)
        }
    }

    func ask<Answer: Decodable>(_ question: String, _: Answer.Type = Answer.self) throws -> Answer {
        input.fileHandleForWriting.write(Data((question + "\n").utf8))
        return try answer()
    }

    /// Its input ends, and so does it.
    func stop() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// One answer, and the end.
    static func once<Answer: Decodable>(
        _ name: String, _ program: String, _ arguments: [String], _: Answer.Type = Answer.self
    ) throws -> Answer {
        let learner = try Learner(name, program, arguments)
        defer { learner.stop() }
        return try learner.answer()
    }
}
