import Foundation
import LeadModel

/// Decides whether a stage is a closing stage: one that records enter only by being closed, as "Closed Won" is.
/// Nothing can be learned from a closing stage. It is the outcome, and no open record that needs a score is in it.
///
/// The rule. A stage is a closing one if it is **nearly pure** and **reached by closing itself**.
///
/// Nearly pure: at least 5 closed training records are in the stage. Those with the stage's rarer outcome are at most
/// 5 % of them, and at most a quarter of that outcome's share of all closed records.
///
/// Reached by closing itself, if one of these holds:
/// 1. **no open record is in it**: at least 20 open records with a stage are known, and fewer of them are in this
///    stage than a hundredth of the number expected from its share of the closed records;
/// 2. **entered at the close**: at least 5 of its records have both `stageSince` and `closedAt`, and nine in ten of
///    these entered it at most a day before the close, or after it;
/// 3. **late**, which is checked only if neither is known (fewer than 20 open records, fewer than 5 with both dates):
///    in the order of stages, if there is one, every later stage is nearly pure; and chance alone would make the
///    stage this pure in less than one case in a hundred (the commoner outcome's share of all records, to the power
///    of the stage's records).
///
/// A closing stage counts as missing, and so does `stageSince` of the records in it, both in training and in the
/// scorecard.
///
/// **If having any other stage would reveal the outcome**, all other stages count as missing too. Example: won deals
/// move to "Closed Won" and lost deals stay where they were lost, so a deal that still has a stage is lost. This
/// applies if the shares of positives and of negatives in closing stages differ by a tenth or more (an AUC of 0.55),
/// and by more than two standard errors. Then nothing is learned from stages at all.
struct ClosingStage {
    var records = 0
    var positives = 0
    /// Records with both the date they entered the stage and the date they were closed.
    var dated = 0
    /// Those of the `dated` records that entered the stage at the close.
    var atClose = 0

    static let leastRecords = 5
    static let mostImpure = 0.05
    static let leastDated = 5
    static let leastAtClose = 0.9
    /// In microseconds. A day, because files often contain only the date of closing, without a time.
    static let day: Int64 = 86_400_000_000

    mutating func add(isPositive: Bool, since: Int64?, closed: Int64?) {
        records += 1
        if isPositive { positives += 1 }
        guard let since, let closed else { return }
        dated += 1
        if since >= closed - Self.day { atClose += 1 }
    }

    /// - Parameter all: every closed record, with and without a stage.
    func isNearlyPure(among all: ClosingStage) -> Bool {
        guard records >= Self.leastRecords else { return false }
        let isRarerPositive = positives * 2 < records
        let rarer = Double(isRarerPositive ? positives : records - positives) / Double(records)
        let ofAll = Double(isRarerPositive ? all.positives : all.records - all.positives) / Double(all.records)
        return rarer <= Self.mostImpure && rarer <= ofAll / 4
    }

    /// - Parameters:
    ///   - category: the stage's name as a category.
    ///   - isLate: whether all later stages are nearly pure; nil if the stages have no order.
    func isReachedByClosing(_ category: String, among all: ClosingStage, open: OpenStages, isLate: Bool?) -> Bool {
        if open.lack(category, share: Double(records) / Double(all.records)) { return true }
        if dated >= Self.leastDated { return Double(atClose) >= Self.leastAtClose * Double(dated) }
        guard !open.areKnown, isLate ?? true else { return false }
        let commoner = Double(positives * 2 >= records ? all.positives : all.records - all.positives)
        return pow(commoner / Double(all.records), Double(records)) < 0.01
    }

    /// Whether closing stages reveal so much of the outcome that not being in one reveals it too.
    ///
    /// - Parameter self: all records in closing stages.
    func revealsOutcomeByAbsence(among all: ClosingStage) -> Bool {
        let (positives, negatives) = (Double(all.positives), Double(all.records - all.positives))
        let (raised, lowered) = (Double(self.positives) / positives, Double(records - self.positives) / negatives)
        let error = (raised * (1 - raised) / positives + lowered * (1 - lowered) / negatives).squareRoot()
        return abs(raised - lowered) >= 0.1 && abs(raised - lowered) > 2 * error
    }
}
