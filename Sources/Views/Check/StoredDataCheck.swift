import LeadModel
import Redis
import Registry

/// Whether the organizations' data in Redis can be used: their settings, what they published, and their records as far as
/// workers have read them.
public struct StoredDataCheck {
    public enum Damage: Sendable {
        /// - Parameter isFull: the list holds no more; there may be others.
        case records(organization: String, count: Int, isFull: Bool)
        /// Settings, or what is published, with the reason.
        case registry(organization: String, reason: String)
    }

    public private(set) var damages: [Damage] = []

    /// - Throws: `RedisError`.
    public init(_ redis: RedisConnection) throws {
        let names = try RegistryReader(redis).organizations()
        for name in names {
            do {
                try check(name, RegistryReader(redis))
                for (_, count) in try DamagedRecords(redis).counts(of: [name]) {
                    damages.append(
                        .records(organization: name, count: count, isFull: count >= DamagedRecords.most))
                }
            } catch let error as RedisError where !error.isOfStoredData {
                throw error
            } catch {
                damages.append(.registry(organization: name, reason: "\(error)"))
            }
        }
    }

    private mutating func check(_ name: String, _ registry: RegistryReader) throws {
        _ = try registry.settings(of: name)
        for entity in Entity.allCases {
            let lineUp = try registry.lineUp(organization: name, entity: entity)
            if lineUp.isDamaged {
                damages.append(
                    .registry(
                        organization: name,
                        reason: "what is published for \(entity.plural) can't be read; publish again"))
            }
            for version in lineUp.versions {
                do {
                    if try registry.scorecard(version, organization: name, entity: entity) != nil { continue }
                    damages.append(
                        .registry(
                            organization: name,
                            reason: "\(entity.rawValue) model \(version) is published but missing; publish another"))
                } catch let error as Scorecard.ArtifactError {
                    damages.append(
                        .registry(
                            organization: name,
                            reason: "\(entity.rawValue) model \(version) is published but can't be read: \(error)"))
                }
            }
        }
    }
}
