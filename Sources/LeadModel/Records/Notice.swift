/// Word that something other than a scoring befell a record.
public struct Notice: Equatable, Sendable {
    public enum Kind: UInt8, CaseIterable, Sendable {
        case closed = 1
        case deleted, erased, unscored, changed
    }

    /// With the record's id, the id of its result.
    public var revision: UInt64
    public var kind: Kind
    /// The grade then; nil if it was never scored.
    public var grade: Grade?
    /// The grade that it left by this notice; nil if it did not move.
    public var left: Grade?
    /// What its commit changed of the record.
    public var changes: ShownChanges = []

    public init(revision: UInt64, kind: Kind, grade: Grade?, left: Grade? = nil) {
        (self.revision, self.kind, self.grade, self.left) = (revision, kind, grade, left)
    }
}
