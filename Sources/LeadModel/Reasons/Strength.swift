/// How much a share says, in words.
///
/// A share of 0.1 moves a probability of 50 % by 2.5 points: less than that is neither here nor there. One of 0.4 moves it
/// by 10 points: from there on it is strong.
enum Strength: Int, CaseIterable, Sendable {
    case weak, fairlyWeak, average, fairlyStrong, strong

    /// - Parameter share: in log-odds.
    init(_ share: Double) {
        switch share {
        case ...(-0.4): self = .weak
        case ...(-0.1): self = .fairlyWeak
        case ..<0.1: self = .average
        case ..<0.4: self = .fairlyStrong
        default: self = .strong
        }
    }

    /// Before a noun: "a strong industry".
    var adjective: String {
        switch self {
        case .weak: "a weak"
        case .fairlyWeak: "a fairly weak"
        case .average: "an average"
        case .fairlyStrong: "a fairly strong"
        case .strong: "a strong"
        }
    }

    /// Of what is no kind of thing by itself: "web visits of 3 to 7 are a good sign".
    var sign: String {
        switch self {
        case .weak: "a very bad sign"
        case .fairlyWeak: "a bad sign"
        case .average: "neither a good nor a bad sign"
        case .fairlyStrong: "a good sign"
        case .strong: "a very good sign"
        }
    }
}
