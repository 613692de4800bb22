import LeadModel

/// Why there is no scorecard.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
    /// Counted within the window, which starts at the UTC day `since` if the data has dates.
    case tooFew(entity: Entity, positives: Int, negatives: Int, needed: Int, since: String?)
    /// Every attribute is constant or an identifier, or there is none.
    case nothingToLearnFrom(Entity)
    case invalidOption(String, String)
    /// Tables per stage were asked for: closed records in each stage, the most first.
    case tooFewPerStage(entity: Entity, counts: [Int], needed: Int)

    public var description: String {
        switch self {
        case .tooFew(let entity, let positives, let negatives, let needed, let since):
            let (good, bad) = entity.outcomes
            let created = since.map { " created since \($0)" } ?? ""
            return "\(positives) \(good.rawValue) and \(negatives) \(bad.rawValue) \(entity.plural)\(created); "
                + "\(needed) of each are needed"
        case .nothingToLearnFrom(let entity):
            return "no attribute is left to learn from: for these \(entity.plural) every attribute is constant or an id"
        case .tooFewPerStage(let entity, let counts, let needed):
            let some = counts.prefix(10).map(String.init).joined(separator: ", ")
            let there = counts.isEmpty ? "none has a stage" : "the stages have \(some)"
            return "tables per stage need \(needed) closed \(entity.plural) in each of at least two stages; \(there)"
        case .invalidOption(let name, let rule): return "training option \(name): \(rule)"
        }
    }
}
