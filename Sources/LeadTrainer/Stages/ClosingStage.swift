import Foundation
import LeadModel

/// What tells whether a stage is one in which records are only because they were closed, as "Closed Won" is. Nothing can
/// be learnt from it: it is the outcome, and no open record that is to be scored is in it.
///
/// The rule. A stage is a closing one if it is **nearly pure** and **reached by closing itself**.
///
/// Nearly pure: at least 5 closed records of the training are in it, and those that ended the rarer way are at most 5 % of
/// them, and at most a quarter of that outcome's share of all closed records.
///
/// Reached by closing itself, if one of these holds:
/// 1. **no open record is in it**: at least 20 open records with a stage are known, and fewer of them are in it than a
///    hundredth of what its share of the closed ones would let expect;
/// 2. **entered at the close**: of its records that tell both `stageSince` and `closedAt`, at least 5 do, and for nine in
///    ten of them the one is at most a day before the other, or after it;
/// 3. where neither is known (fewer than 20 open records, fewer than 5 with both dates): **late**: no stage that is not
///    nearly pure comes after it in the order of stages, if there is one; and chance alone would make it so pure in less
///    than one case of a hundred (the commoner outcome's share of all, to the power of its records).
///
/// It counts as missing, and so does `stageSince` of the records in it; in the training, and by the scorecard.
///
/// **If what is left would tell the outcome by being there**, the rest of the stages counts as missing too: where deals that
/// are won go to "Closed Won" and lost ones stay where they were lost, who has a stage left has lost. That is so if the
/// shares of positives and of negatives that were in closing stages differ by a tenth or more (an AUC of 0.55), and by more
/// than two standard errors. Then nothing is learnt from stages at all.
struct ClosingStage {
    var records = 0
    var positives = 0
    /// Of those that tell when they entered it and when they were closed,
    var dated = 0
    /// those that entered it at the close.
    var atClose = 0

    static let leastRecords = 5
    static let mostImpure = 0.05
    static let leastDated = 5
    static let leastAtClose = 0.9
    /// In microseconds: files often tell the day of closing alone.
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
    ///   - category: its name as categories are told apart.
    ///   - isLate: whether nothing but nearly pure stages comes after it; nil where there is no order.
    func isReachedByClosing(_ category: String, among all: ClosingStage, open: OpenStages, isLate: Bool?) -> Bool {
        if open.lack(category, share: Double(records) / Double(all.records)) { return true }
        if dated >= Self.leastDated { return Double(atClose) >= Self.leastAtClose * Double(dated) }
        guard !open.areKnown, isLate ?? true else { return false }
        let commoner = Double(positives * 2 >= records ? all.positives : all.records - all.positives)
        return pow(commoner / Double(all.records), Double(records)) < 0.01
    }

    /// Whether being in closing stages tells so much of the outcome that not being in one does too.
    ///
    /// - Parameter self: all records in closing stages.
    func tellsByBeingAbsent(among all: ClosingStage) -> Bool {
        let (positives, negatives) = (Double(all.positives), Double(all.records - all.positives))
        let (raised, lowered) = (Double(self.positives) / positives, Double(records - self.positives) / negatives)
        let error = (raised * (1 - raised) / positives + lowered * (1 - lowered) / negatives).squareRoot()
        return abs(raised - lowered) >= 0.1 && abs(raised - lowered) > 2 * error
    }
}
