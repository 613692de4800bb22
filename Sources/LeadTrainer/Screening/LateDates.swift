import LeadModel

/// Dates of an attribute that lie after the records' closes: nobody could have known them when the lead was scored.
///
/// What the name calls planned ("Renewal Date") is no leak: a date may well be fixed that lies ahead. Of what the name calls
/// past ("Last Modified"), a fifth of the dates after the close are enough. Of other names, half of them must lie after it
/// and follow it: their distances from the close vary at most two thirds as much as those from the creation. The date of a
/// wedding lies after the close too, but doesn't follow it.
struct LateDates: Equatable {
    /// Records with the date and the date of the close, and those of them whose date lies after it.
    let records, late: Int

    private static let day: Int64 = 86_400_000_000
    private static let least = 10

    /// - Parameters:
    ///   - dates: by row, in microseconds; NaN if the row has none.
    ///   - created: by row, or `TrainingTable.unknown`.
    ///   - closed: as `created`.
    /// - Returns: nil if they are no leak.
    init?(_ name: String, dates: [Double], created: [Int64], closed: [Int64]) {
        guard closed.count == dates.count, !name.isNameOfPlan else { return nil }
        // Where only days are known, a time on the day of the close is not after it.
        let unknown = TrainingTable.unknown
        let tolerance = closed.allSatisfy { $0 == unknown || $0 % Self.day == 0 } ? Double(Self.day) : 1
        var (records, late) = (0, 0)
        var (fromClose, fromCreation): ([Double], [Double]) = ([], [])
        for row in dates.indices where !dates[row].isNaN {
            guard closed[row] != unknown else { continue }
            records += 1
            let distance = dates[row] - Double(closed[row])
            guard distance >= tolerance else { continue }
            late += 1
            fromClose.append(distance)
            if created[row] != unknown { fromCreation.append(dates[row] - Double(created[row])) }
        }
        (self.records, self.late) = (records, late)
        guard late >= Self.least else { return nil }
        if name.isNameOfPast {
            guard late * 5 >= records else { return nil }
        } else {
            let isFollowing = fromCreation.count < late || Self.spread(fromClose) * 3 <= Self.spread(fromCreation) * 2
            guard late * 2 >= records, isFollowing else { return nil }
        }
    }

    /// Between the quartiles.
    private static func spread(_ distances: [Double]) -> Double {
        let sorted = distances.sorted()
        return sorted[sorted.count * 3 / 4] - sorted[sorted.count / 4]
    }

    func words(_ entity: Entity) -> String {
        "is after the close for \(late.grouped) of the \(records.grouped) \(entity.plural) that have both dates"
    }

    func warning(_ name: String, _ options: TrainingOptions) -> TrainingWarning {
        .leak(
            name, words(options.entity),
            otherwise: ": it is filled in or changed after the outcome is known; exclude it", options)
    }
}
