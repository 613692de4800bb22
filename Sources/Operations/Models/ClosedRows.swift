import Intake
import LeadModel
import LeadTrainer

/// The closed records of a file, for an evaluation, with their rows.
public struct ClosedRows {
    /// Rows of the file, open records included.
    public private(set) var count = 0
    public private(set) var records: [TrainingRecord] = []
    /// By record: the number of its row, from 0.
    public private(set) var numbers: [Int] = []
    /// By record; nil if the file's roles have no column of ids.
    public private(set) var ids: [String]?
    /// By record; nil if the file's roles have no column of folds.
    public private(set) var folds: [String]?
    /// The stages of open records.
    public private(set) var open = OpenStages()

    /// - Parameter progress: called with the number of rows that are read.
    /// - Throws: `IntakeError`, also for a closed record without a fold.
    public init(_ file: RecordFile, progress: (Int) -> Void) throws {
        let foldColumn = file.roles.fold
        if foldColumn != nil { folds = [] }
        if file.roles.id != nil { ids = [] }
        try file.read { record in
            // Rows that are left out have a number too, and the last is never left out.
            count = record.row + 1
            progress(count)
            guard record.outcome != .open else { return open.add(record.stageValue) }
            if let foldColumn {
                guard let fold = record.fold else {
                    throw IntakeError(
                        .data, file: file.path, line: record.line, column: foldColumn, "there is no fold",
                        options: [.column(.fold)])
                }
                folds?.append(fold)
            }
            numbers.append(record.row)
            ids?.append(record.id ?? "")
            records.append(
                TrainingRecord(
                    attributes: record.values, isPositive: record.outcome == .positive,
                    createdAt: record.createdAt, closedAt: record.closedAt))
        }
    }
}
