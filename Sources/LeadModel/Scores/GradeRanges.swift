/// The least score of each grade; D begins at 1. A grade ends where the one above it begins, so that every score has
/// exactly one.
public struct GradeRanges: Equatable, Sendable {
    public var a: Int, b: Int, c: Int

    /// A 75–100, B 50–74, C 25–49, D 1–24.
    public static let standard = GradeRanges(a: 75, b: 50, c: 25)

    public init(a: Int, b: Int, c: Int) { (self.a, self.b, self.c) = (a, b, c) }

    public func grade(of score: Int) -> Grade { score >= a ? .a : score >= b ? .b : score >= c ? .c : .d }

    public func minimum(of grade: Grade) -> Int {
        switch grade {
        case .a: a
        case .b: b
        case .c: c
        case .d: 1
        }
    }

    /// The scores of a grade.
    public func span(of grade: Grade) -> ClosedRange<Int> {
        switch grade {
        case .a: a...100
        case .b: b...(a - 1)
        case .c: c...(b - 1)
        case .d: 1...(c - 1)
        }
    }

    /// For a person: "A 75–100, B 50–74, C 25–49, D 1–24".
    public var words: String {
        Grade.allCases.map { grade in
            let span = span(of: grade)
            return "\(grade.rawValue) \(span.lowerBound)–\(span.upperBound)"
        }.joined(separator: ", ")
    }
}

// Editing: what is set is minimums, and a grade's maximum follows from the minimum of the one above it.
extension GradeRanges {
    /// Why minimums cannot be set: which, and what could be.
    public struct Invalid: Error, Equatable, CustomStringConvertible {
        public let description: String
    }

    /// The ranges with other minimums: the grade below each ends just under it.
    ///
    /// - Throws: `Invalid` if a grade would have no score; nothing is moved that was not named.
    public func setting(_ minimums: [Grade: Int]) throws(Invalid) -> GradeRanges {
        var ranges = self
        for (grade, minimum) in minimums.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            switch grade {
            case .a: ranges.a = minimum
            case .b: ranges.b = minimum
            case .c: ranges.c = minimum
            case .d where minimum == 1: break
            case .d: throw Invalid(description: "D always begins at 1; its maximum follows from C's minimum")
            }
            let least = grade == .d ? 1 : 2
            guard (least...100).contains(minimum) else {
                throw Invalid(
                    description:
                        "\(grade.rawValue)'s minimum must be \(least) to 100, since D begins at 1; not \(minimum)")
            }
        }
        try ranges.check(named: Set(minimums.keys))
        return ranges
    }

    /// The grade above must begin higher.
    private func check(named: Set<Grade>) throws(Invalid) {
        for (above, below) in [(Grade.a, Grade.b), (.b, .c)] {
            let (high, low) = (minimum(of: above), minimum(of: below))
            guard high <= low else { continue }
            var words =
                "\(above.rawValue)'s minimum \(high) is not above \(below.rawValue)'s, which is \(low)"
                + (named.contains(below) ? "" : " now") + ": "
            // What was not named could give way, if there is room for it.
            switch (named.contains(above), named.contains(below)) {
            case (true, false) where high > (below == .b ? 3 : 2):
                words += "set \(below.rawValue) too, to at most \(high - 1)"
            case (false, true) where low < (above == .a ? 100 : 99):
                words += "set \(above.rawValue) too, to at least \(low + 1)"
            default: words += "minimums must fall from A to C, with a score between them and C's at least 2"
            }
            throw Invalid(description: words)
        }
    }

    /// What is wrong if a grade would have no score; nil if all is well.
    public var fault: String? {
        100 >= a && a > b && b > c && c > 1
            ? nil : "grades must have minimums that fall from A, at most 100, to C, at least 2, since D begins at 1"
    }
}

// As they are stored.
extension GradeRanges {
    /// The minimums of A, B and C with blanks between.
    public var text: String { "\(a) \(b) \(c)" }

    /// Nil for what is not three minimums, or cannot be.
    public init?(text: String) {
        let numbers = text.split(separator: " ").map { Int($0) }
        guard numbers.count == 3, let a = numbers[0], let b = numbers[1], let c = numbers[2] else { return nil }
        self.init(a: a, b: b, c: c)
        guard fault == nil else { return nil }
    }
}
