import Foundation

/// The four classes of scores, A the best.
public enum Grade: String, CaseIterable, Codable, Sendable {
    case a = "A"
    case b = "B"
    case c = "C"
    case d = "D"
}
