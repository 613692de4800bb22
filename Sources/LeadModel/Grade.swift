import Foundation

/// The four classes of scores, A the best.
public enum Grade: String, CaseIterable, Codable, Sendable {
    case a = "A"
    case b = "B"
    case c = "C"
    case d = "D"
}

/// The least score of each grade; D begins at 1.
public struct GradeRanges: Equatable, Sendable {
    public var a: Int, b: Int, c: Int

    /// A 75–100, B 50–74, C 25–49, D 1–24.
    public static let standard = GradeRanges(a: 75, b: 50, c: 25)

    public init(a: Int, b: Int, c: Int) { (self.a, self.b, self.c) = (a, b, c) }

    public func grade(of score: Int) -> Grade { score >= a ? .a : score >= b ? .b : score >= c ? .c : .d }

    /// What is wrong if a grade would have no score, so that no score is of it; nothing if all is well.
    public var fault: String? {
        100 >= a && a > b && b > c && c > 1
            ? nil : "grades must have falling minimums, A at most 100 and C at least 2, since D begins at 1"
    }

    /// The minimums of A, B and C with blanks between, as they are stored.
    public var text: String { "\(a) \(b) \(c)" }

    /// Nothing for what is not three minimums, or cannot be.
    public init?(text: String) {
        let numbers = text.split(separator: " ").map { Int($0) }
        guard numbers.count == 3, let a = numbers[0], let b = numbers[1], let c = numbers[2] else { return nil }
        self.init(a: a, b: b, c: c)
        guard fault == nil else { return nil }
    }
}

/// How a score stands to the one before.
public enum Trend: String, CaseIterable, Sendable {
    case improving, declining, steady, unknown

    /// The dead band unless an organization sets another.
    public static let standardDeadBand = 2

    /// - Parameter deadBand: a difference of at most so many points is steady.
    public init(from previous: Int?, to score: Int, deadBand: Int = standardDeadBand) {
        guard let previous else {
            self = .unknown
            return
        }
        let difference = score - previous
        self = abs(difference) <= deadBand ? .steady : difference > 0 ? .improving : .declining
    }
}

/// 1…100: the probability in percent, rounded, never 0.
public func score(probability: Double) -> Int { min(100, max(1, Int((probability * 100).rounded()))) }

/// The logistic function: log-odds to probability.
public func logistic(_ logOdds: Double) -> Double {
    // Written so that neither side overflows.
    if logOdds >= 0 { return 1 / (1 + exp(-logOdds)) }
    let odds = exp(logOdds)
    return odds / (1 + odds)
}
