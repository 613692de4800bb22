import LeadModel
import Views

extension Failure {
    /// A view that has no answer, with what to do about it.
    init(_ error: ViewError) {
        switch error {
        case .unknownRecord(let organization, let kind):
            self.init(.data, "\(organization) has no \(kind.rawValue) with this id: no event for it has been accepted")
        case .notInLedger(let organization, let entity):
            self.init(
                .data,
                "the ledger has no \(entity.rawValue) with this id for \(organization): it has received no result for it. "
                    + "`leadline explain` shows what the registry stores")
        case .noScoring(let organization, let entity, let id, let until):
            self.init(
                .data,
                "the ledger has no scoring of \(entity.rawValue) \(id.printable) of \(organization)"
                    + (until == nil ? "" : " up to --until"))
        case .singleScoring(let entity, let id, let at, let until):
            self.init(
                .data,
                "the ledger has one scoring of \(entity.rawValue) \(id.printable)\(until == nil ? "" : " up to --until"), "
                    + "of \(at.text): there is nothing to compare it with. To explain it, run `leadline explain` without "
                    + "--since")
        case .emptyPeriod(let since, let until):
            self.init(.usage, "--since \(since.text) is later than --until \(until.text): exchange them")
        case .evidenceErased:
            self.init(
                .data,
                "the evidence of this score was removed because the contact was erased; if the record is open, the next "
                    + "sweep scores it again")
        case .missingScorecard(let model):
            self.init(.fault, "model \(model), which gave the score, is not in the registry")
        case .unreadAttribute(let attribute, let model, let reason, let attributes):
            let why = reason.map { " (\($0.rawValue))" } ?? ""
            self.init(
                .data,
                "model \(model) does not read \(attribute.printable)\(why), so it cannot change the score. It reads: "
                    + attributes.map(\.printable).joined(separator: ", "))
        case .nothingPublished(let organization, let entity):
            self.init(
                .data,
                "\(organization) has no published \(entity.rawValue) model; name one of "
                    + "`leadline model list\(Target.flags(organization, entity))`")
        case .unknownModel(let organization, let entity, let model):
            self = .unknownModel(organization, entity, model)
        }
    }

    static func unknownModel(_ organization: String, _ entity: Entity, _ model: String) -> Failure {
        Failure(
            .data,
            "\(organization) has no \(entity.rawValue) model \(model); "
                + "`leadline model list\(Target.flags(organization, entity))` shows all")
    }
}
