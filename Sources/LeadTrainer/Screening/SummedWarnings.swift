import LeadModel

extension [TrainingWarning] {
    /// More warnings of one kind are summed up.
    private static var mostOfAKind: Int { 5 }
    private static var mostNames: Int { 10 }

    /// As sentences for a person, in their order. Many attributes that are left out for one reason share a sentence, which
    /// stands where the first of them would.
    public func sentences(_ entity: Entity) -> [String] {
        var summed: Set<TrainingWarning.Kind> = []
        return compactMap { warning in
            let alike = filter { $0.kind == warning.kind }.compactMap(\.attribute)
            guard alike.count > Self.mostOfAKind, let reason = warning.kind.sharedReason(entity) else {
                return warning.description
            }
            guard summed.insert(warning.kind).inserted else { return nil }
            let more = alike.count > Self.mostNames ? " and \((alike.count - Self.mostNames).grouped) more" : ""
            let names = alike.prefix(Self.mostNames).joined(separator: ", ")
            return "\(alike.count.grouped) attributes are left out because \(reason): \(names)\(more)"
        }
    }
}

extension TrainingWarning.Kind {
    /// Why attributes are left out; nil for kinds that are not summed up.
    fileprivate func sharedReason(_ entity: Entity) -> String? {
        switch self {
        case .constant: "they are the same for nearly all \(entity.plural), or no value is frequent enough"
        case .twin: "each says the same as another attribute that is kept"
        case .identifier: "they are ids: nearly every value occurs only once"
        default: nil
        }
    }
}
