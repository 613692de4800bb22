import LeadModel

/// The attributes of a table's records as they are read and screened, before anything is fitted.
struct ScreenedTable {
    /// The date that the data is of; nil if it has no dates.
    let asOf: Moment?
    let screening: Screening
    let stages: Scorecard.Stages
    /// Notes on how values are spelled, then those of the screening.
    let warnings: [TrainingWarning]
    /// What each attribute is, by its name.
    let kinds: [String: Column.Kind]

    /// - Parameters:
    ///   - table: sorted. Its values are consumed.
    ///   - window: of the table's records.
    ///   - outcomes: of the records inside the window.
    init(_ table: TrainingTable, _ window: TrainingWindow, outcomes: [Bool]) {
        asOf = window.asOf ?? table.newestDate
        var columns = table.takeColumns(rows: window.inside, asOf: asOf)
        let notes = columns.notes
        let screened = StageScreening(
            &columns, outcomes: outcomes, times: { table.stageTimes($0.map { window.inside[$0] }) }, open: table.open,
            options: table.options)
        stages = screened.stages
        screening = Screening(
            columns, outcomes: outcomes, folds: Folds(5, indices: window.inside, outcomes: outcomes),
            lateFilling: table.lateFilling, stages: screened, options: table.options)
        warnings = notes + screening.warnings
        kinds = Dictionary(columns.columns.map { ($0.name, $0.kind) }) { first, _ in first }
    }
}
