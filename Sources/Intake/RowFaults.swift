/// The rows of a file that can't be read: the first ten are kept, all are counted.
struct RowFaults {
    private static let most = 10
    private var first: IntakeError?
    private var others: [IntakeError] = []
    private var count = 0
    /// Whether nothing more can be read.
    private(set) var endReading = false

    /// - Throws: the error itself, if it is not about a row.
    mutating func add(_ error: IntakeError) throws(IntakeError) {
        guard error.line != nil else { throw error }
        count += 1
        endReading = endReading || error.endsReading
        if first == nil {
            first = error
        } else if others.count < Self.most - 1 {
            others.append(error)
        }
    }

    /// The first, with the others.
    var error: IntakeError? {
        guard var error = first else { return nil }
        error.others = others
        error.otherCount = count - 1
        return error
    }
}
