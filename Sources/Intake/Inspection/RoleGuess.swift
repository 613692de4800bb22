import LeadModel

/// What the columns of a file probably are, by their names, in the languages that CRMs are used in most, and their values.
/// It only makes suggestions: the user sees them and gives flags.
public struct RoleGuess: Sendable {
    public private(set) var roles: ColumnRoles
    /// Columns that change when a record is closed, or afterwards, by their names.
    public private(set) var afterwards: [String] = []

    private let profile: FileProfile
    private let words: [ColumnWords]

    /// - Parameter entity: nil to guess it.
    public init(_ profile: FileProfile, entity: Entity? = nil) {
        self.profile = profile
        let shared = ColumnWords.shared(profile.columns.map(\.name))
        words = profile.columns.map { ColumnWords($0.name, without: shared) }
        roles = ColumnRoles(entity: .lead)
        let finder = OutcomeFinder(profile.columns, words)
        roles.outcomes = finder.rule ?? OutcomeRule()
        roles.entity = entity ?? Self.entity(profile.columns, roles.outcomes)
        findRoles()
        findAfterwards()
    }

    private static func entity(_ columns: [ColumnProfile], _ outcomes: OutcomeRule) -> Entity {
        let deals = ["deal", "opportun", "negocio", "oportunid", "сделк", "verkaufschance", "affaire"]
        let leads = ["lead", "contact", "prospect", "kontakt", "лид"]
        let names = columns.map { ColumnWords($0.name) }
        let won = outcomes.named.contains {
            $0.option.outcome == .positive && ColumnWords($0.condition.value).has(["won"])
        }
        if won || outcomes.columns.contains(where: { ColumnWords($0).joined.hasPrefix("iswon") }) {
            return .opportunity
        }
        return names.count { $0.has(deals) } > names.count { $0.has(leads) } ? .opportunity : .lead
    }

    private mutating func findRoles() {
        let identifying = [
            "id", "ids", "guid", "uuid", "key", "nr", "no", "number", "nummer", "номер", "ид", "identifier",
        ]
        roles.id = best { column, words in
            guard column.filled == profile.rows, column.distinct == column.filled, !column.areDates else { return nil }
            var score = column.longIDs == column.filled ? 2 : 0
            if let last = words.words.last, identifying.contains(last) || words.words.first == "id" { score += 4 }
            if words.isOne(of: ["id", "recordid", "leadid", "dealid", "opportunityid", "externalid"]) { score += 3 }
            if words.words.contains("id") { score += 2 }
            if words.words.first == "record" { score += 1 }
            if words.joined.hasSuffix("id"), words.words.count == 1 { score += 2 }
            if words.has(["checksum", "mail", "email", "phone", "telefon", "account", "owner", "contactid"]) {
                score -= 5
            }
            if column.areAddresses { score -= 5 }
            return score > 0 ? score : nil
        }
        let created = [
            "creat", "erstell", "angelegt", "criad", "criac", "cread", "creac", "cree", "creaz", "созда", "aangemaakt",
            "utworz", "inquir", "received", "added",
        ]
        let changed = Self.changed
        roles.created = best { column, words in
            guard column.areDates, words.has(created), !words.has(changed + Self.expected) else { return nil }
            return 2 * column.filled / max(1, profile.rows) + (words.words.count <= 3 ? 1 : 0)
        }
        let closing = ["clos", "abschluss", "geschloss", "fechament", "cierre", "clotur", "chiusur", "закры"]
        roles.closed = best { column, words in
            guard column.areDates, words.has(closing), !words.has(Self.expected) else { return nil }
            return words.has(["actual"]) ? 2 : 1
        }
        let owning = [
            "owner", "assigned", "salesperson", "salesrep", "propriet", "responsav", "responsab", "verantwort",
            "besitzer", "ответствен", "vendedor", "eigenaar",
        ]
        roles.owner = best { column, words in
            guard words.has(owning), column.filled > 0, column.distinct * 2 <= profile.rows, !column.areDates else {
                return nil
            }
            return words.joined.hasSuffix("id") ? 1 : 2
        }
        let staging = ["stage", "etapa", "fase", "phase", "etape", "stad", "стади", "lifecycle"]
        roles.stage = best { column, words in
            guard words.has(staging), !words.has(["date", "since", "entered", "duration", "days"]) else { return nil }
            guard (2...60).contains(column.distinct), !column.areDates, !column.areNumbers else { return nil }
            return roles.outcomes.columns.contains(column.name) ? 2 : 1
        }
        let titles = ["name", "titulo", "title", "topic", "subject", "betreff", "назван", "opportunity", "intitule"]
        let others = [
            "account", "company", "contact", "first", "last", "campaign", "user", "owner", "job", "organi", "forecast",
            "stage", "category", "pipeline", "customer", "id", "no", "amount", "type",
        ]
        roles.name = best { column, words in
            guard words.has(titles), !words.has(others), column.distinct > 10, !column.areNumbers else { return nil }
            return words.words.count == 1 ? 2 : 1
        }
        for (role, column) in roles.assigned where role != .stage && roles.outcomes.columns.contains(column) {
            forget(role)
        }
    }

    private mutating func forget(_ role: ColumnRole) {
        switch role {
        case .id: roles.id = nil
        case .created: roles.created = nil
        case .closed: roles.closed = nil
        case .owner: roles.owner = nil
        case .name: roles.name = nil
        default: break
        }
    }

    private mutating func findAfterwards() {
        let reasons = ["reason", "motiv", "grund", "причин", "razon"]
        let losing = ["lost", "loss", "perda", "verlust", "disqualif", "churn", "status"]
        let taken = Set(roles.assigned.map(\.column) + roles.outcomes.columns)
        for (column, words) in zip(profile.columns, words) where !taken.contains(column.name) && !column.isEmpty {
            let isReason = words.has(reasons) && words.has(losing)
            let isDay = column.areDates && words.has(Self.changed + ["activity", "won", "lost", "ganho", "perda"])
            let isState =
                words.has(["probab", "wahrschein", "вероятн"]) || (words.has(["закрыта"]) && column.areFlags)
                || words.isOne(of: ["isclosed", "iswon", "closed", "won"])
            if isReason || isDay || isState { afterwards.append(column.name) }
        }
        roles.exclude = afterwards
    }

    private static let changed = [
        "modif", "updat", "chang", "atualiz", "aktualis", "geandert", "bearbeitet", "actualiz", "измен",
        "systemmodstamp",
        "lastmod",
    ]
    private static let expected = [
        "expect", "est", "estimated", "forecast", "esperad", "erwart", "voraus", "prevu", "previst", "предполаг",
        "plan",
        "target",
    ]

    /// The name of the column with the highest score; of equals, the first.
    private func best(_ score: (ColumnProfile, ColumnWords) -> Int?) -> String? {
        var found: (score: Int, name: String)?
        for (column, words) in zip(profile.columns, words) {
            guard let score = score(column, words), score > found?.score ?? 0 else { continue }
            found = (score, column.name)
        }
        return found?.name
    }
}
