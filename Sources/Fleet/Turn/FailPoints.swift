import Foundation
import LeadModel
import Synchronization

/// Makes a worker fail on purpose at named points of the turn, so that tests need not wait for chance.
///
/// Written as `point=action`, separated by commas: `committed=die@3,load=lose%50,score=die#lead-7`. An action is `die`
/// (SIGKILL), `pause` (one second; `pause:20` is twenty) or `lose` (an answer). It happens once, the first time that the
/// worker reaches the point. `@N` is the Nth time, `%N` every Nth time, `#ID` each time that the record with this id is in
/// flight there.
public final class FailPoints: Sendable {
    public enum Point: String, CaseIterable, Sendable {
        /// Messages are taken and parsed. `lose`: the connection that delivered them.
        case gather
        /// The stored records are read. `lose`: the answer.
        case load
        case merge, score
        /// Nothing is stored yet. `lose`: all is stored, and the answer is lost.
        case commit
        /// All is stored, and nothing is published.
        case committed
        /// Half of the results are sent. `lose`: the connection, and with it the confirms.
        case publish
        /// All results are confirmed, nothing is acknowledged.
        case published
        /// The messages of one source are acknowledged. The point is reached once per source, so the first time the
        /// other sources' messages are not acknowledged yet.
        case settle

        fileprivate var losesAnswers: Bool {
            switch self {
            case .gather, .load, .commit, .publish: true
            case .merge, .score, .committed, .published, .settle: false
            }
        }
    }

    private enum Action: Equatable {
        case die, lose
        case pause(seconds: Double)
    }

    private enum Occasion {
        case time(Int)
        case each(Int)
        case record(Exact)
    }

    private struct Rule {
        var point: Point
        var action: Action
        var occasion: Occasion
    }

    /// As given to `init`.
    public let text: String
    private let rules: [Rule]
    private let passes = Mutex([Point: Int]())

    /// - Throws: `Malformed`.
    public init(_ text: String) throws {
        self.text = text
        rules = try text.split(separator: ",", omittingEmptySubsequences: false).map { try Self.rule(String($0)) }
    }

    public struct Malformed: Error, CustomStringConvertible {
        public let description: String
    }

    private static func rule(_ text: String) throws -> Rule {
        func malformed(_ why: String) -> Malformed { Malformed(description: "'\(text)' \(why)") }
        let sides = text.split(separator: "=", maxSplits: 1)
        guard sides.count == 2, let point = Point(rawValue: sides[0].trimmingCharacters(in: .whitespaces)) else {
            let points = Point.allCases.map(\.rawValue).joined(separator: ", ")
            throw malformed("must be point=action; the points are \(points)")
        }
        let mark = sides[1].firstIndex { "@%#".contains($0) } ?? sides[1].endIndex
        var occasion = Occasion.time(1)
        if mark < sides[1].endIndex {
            let word = String(sides[1][sides[1].index(after: mark)...])
            switch sides[1][mark] {
            case "#" where !word.isEmpty: occasion = .record(Exact(word))
            case "@":
                guard let number = positive(word) else { throw malformed("needs a number, from 1, behind @") }
                occasion = .time(number)
            default:
                guard let number = positive(word) else { throw malformed("needs a number behind %, or an id behind #") }
                occasion = .each(number)
            }
        }
        let words = sides[1][..<mark].split(separator: ":", maxSplits: 1)
        let action: Action
        switch words.first {
        case "die": action = .die
        case "lose" where point.losesAnswers: action = .lose
        case "lose": throw malformed("has no answer to lose there")
        case "pause":
            guard let seconds = words.count > 1 ? Double(words[1]) : 1, (0...3600).contains(seconds) else {
                throw malformed("can pause for 0 to 3600 seconds")
            }
            action = .pause(seconds: seconds)
        default: throw malformed("must die, pause or lose")
        }
        return Rule(point: point, action: action, occasion: occasion)
    }

    private static func positive(_ text: String) -> Int? { Int(text).flatMap { $0 > 0 ? $0 : nil } }

    /// Dies or pauses if a rule says so.
    ///
    /// - Parameter records: the ids of the records in the turn.
    /// - Returns: whether an answer is to be lost.
    func reach(_ point: Point, _ records: [Exact]) -> Bool {
        let pass = passes.withLock { passes in
            passes[point, default: 0] += 1
            return passes[point]!
        }
        var loses = false
        for rule in rules where rule.point == point {
            let isNow =
                switch rule.occasion {
                case .time(let number): pass == number
                case .each(let number): pass % number == 0
                case .record(let id): records.contains(id)
                }
            guard isNow else { continue }
            switch rule.action {
            case .die: while true { kill(getpid(), SIGKILL) }
            // The lane must stand still, as a process that was suspended does: it keeps nothing alive meanwhile.
            case .pause(let seconds): Thread.sleep(forTimeInterval: seconds)
            case .lose: loses = true
            }
        }
        return loses
    }
}

extension Lane {
    /// Dies or pauses here if a fail point says so.
    ///
    /// - Returns: whether an answer is to be lost.
    func fails(at point: FailPoints.Point, _ ids: @autoclosure () -> [Exact]) -> Bool {
        options.failPoints?.reach(point, ids()) ?? false
    }
}
