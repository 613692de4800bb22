import LeadModel
import Registry

/// When stored records are scored, for people.
enum SweepWords {
    /// "2026-11-22 03:00 Europe/Berlin"
    static func next(_ registry: RegistryReader, _ settings: OrganizationSettings) throws -> String {
        let daily = settings.dailyTime
        let now = try registry.now().adding(seconds: Settings.read().clockOffset)
        return "\(daily.localText(daily.next(after: max(now, settings.created)))) \(settings.zone)"
    }

    /// What becomes of stored records under a version that is published now.
    ///
    /// - Parameter isSwept: a sweep was asked for with it.
    static func afterPublishing(
        isSwept: Bool, _ target: Target, _ registry: RegistryReader, _ settings: OrganizationSettings
    ) throws -> String {
        isSwept
            ? "stored open \(target.entity.plural) are scored by it now; `leadline sweep status` says how far it is"
            : """
            stored open \(target.entity.plural) are scored by it in the next daily sweep, \
            \(try next(registry, settings)), or when `leadline sweep run\(target.flags)` is said
            """
    }
}
