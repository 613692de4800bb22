/// How many records one round trip reads, so that it holds about 8 MiB.
///
/// Redis doesn't say how large records are before it sends them. So the number follows what came: it is halved after a large
/// answer, and doubled after a small one.
struct PipelineSize {
    /// Of records in one pipeline, about: the last record may exceed it.
    static let bytes = 8 << 20

    private(set) var records: Int
    private let range: ClosedRange<Int>

    /// - Parameter range: of the number of records; it begins with the least.
    init(records range: ClosedRange<Int>) { (records, self.range) = (range.lowerBound, range) }

    /// - Parameters:
    ///   - bytes: of the records that came.
    ///   - count: how many were asked for. Few small records say nothing about many.
    mutating func note(bytes: Int, of count: Int) {
        if bytes > Self.bytes {
            records = max(records / 2, range.lowerBound)
        } else if bytes < Self.bytes / 4, count >= records {
            records = min(records * 2, range.upperBound)
        }
    }
}
