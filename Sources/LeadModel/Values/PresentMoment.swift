import Foundation

extension Moment {
    /// By this machine's clock.
    public static var present: Moment { Moment(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)) }
}
