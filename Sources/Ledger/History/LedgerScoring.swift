import Foundation
import GRDB
import LeadModel

/// A scoring of a record's history.
public struct LedgerScoring: Equatable, Sendable {
    public var revision: UInt64
    /// The reference time of the scoring.
    public var at: Moment
    public var model: ModelVersion
    public var trigger: Scoring.Trigger
    /// 0…1.
    public var probability: Double
    public var grade: Grade
    /// nil if it was cleared because a contact was erased, or was not asked for.
    public var evidence: Evidence?
    /// The evidence under the former version, if this scoring is the first under its own.
    public var former: Scoring.Former?

    public init(
        revision: UInt64, at: Moment, model: ModelVersion, trigger: Scoring.Trigger, probability: Double, grade: Grade,
        evidence: Evidence? = nil, former: Scoring.Former? = nil
    ) {
        (self.revision, self.at, self.model, self.trigger) = (revision, at, model, trigger)
        (self.probability, self.grade, self.evidence, self.former) = (probability, grade, evidence, former)
    }

    /// 1…100.
    public var score: Int { LeadModel.score(probability: probability) }
}

extension LedgerReader {
    /// The scorings of a record, oldest first; empty if it was never scored or is unknown.
    ///
    /// - Parameters:
    ///   - from: the earliest time of a scoring.
    ///   - through: the latest.
    ///   - latest: returns only the latest so many of these.
    ///   - withEvidence: whether to read the evidence, too.
    /// - Throws: `LedgerError`; `LedgerFileError`.
    public func series(
        of id: Exact, organization: String, entity: Entity, from: Moment? = nil, through: Moment? = nil,
        latest: Int? = nil, withEvidence: Bool = true
    ) throws -> [LedgerScoring] {
        try read { db in
            let record = try Int64.fetchOne(
                db.cachedStatement(sql: SeriesQuery.record), arguments: [id.text, organization, entity.rawValue])
            guard let record else { return [] }
            let versions = try ModelVersion.all(db)
            let rows = try Row.fetchCursor(
                db.cachedStatement(sql: withEvidence ? SeriesQuery.whole : SeriesQuery.plain),
                arguments: [
                    record, from?.microseconds ?? .min, through?.microseconds ?? .max, latest.map(Int64.init) ?? -1,
                ])
            var kept: [LedgerScoring] = []
            while let row = try rows.next() {
                kept.append(try LedgerScoring(row, versions, withEvidence: withEvidence))
            }
            kept.reverse()
            return kept
        }
    }
}

/// The statements that read a series. The scorings of a record are next to each other in their table, ordered by revision.
enum SeriesQuery {
    static let record = """
        SELECT record FROM records
        WHERE id = ?1 AND scope = (SELECT scope FROM scopes WHERE organization = ?2 AND entity = ?3)
        """
    static let plain = statement(ScoringColumn.allCases.filter { !$0.isEvidence })
    static let whole = statement(ScoringColumn.allCases)

    private static func statement(_ columns: [ScoringColumn]) -> String {
        """
        SELECT \(ScoringColumn.list(columns)) FROM scorings
        WHERE record = ?1 AND at BETWEEN ?2 AND ?3 ORDER BY revision DESC LIMIT ?4
        """
    }
}

extension LedgerScoring {
    fileprivate init(_ row: Row, _ versions: [Int64: ModelVersion], withEvidence: Bool) throws {
        typealias Column = ScoringColumn
        guard let model = versions[row[Column.version.rawValue]],
            let grade = Grade(rawValue: row[Column.grade.rawValue])
        else {
            throw LedgerError.damaged
        }
        self.init(
            revision: UInt64(clamping: row[Column.revision.rawValue] as Int64),
            at: Moment(microseconds: row[Column.at.rawValue]),
            model: model, trigger: row[Column.isSweep.rawValue] ? .sweep : .realtime,
            probability: row[Column.probability.rawValue],
            grade: grade)
        guard withEvidence else { return }
        evidence = (row[Column.evidence.rawValue] as Data?).map(PackedEvidence.unpack)
        if let version = row[Column.formerVersion.rawValue] as Int64?,
            let bytes = row[Column.formerEvidence.rawValue] as Data?
        {
            guard let model = versions[version] else { throw LedgerError.damaged }
            former = .init(model: model, evidence: PackedEvidence.unpack(bytes))
        }
    }
}

extension ModelVersion {
    /// All versions, by their numbers in the ledger.
    static func all(_ db: Database) throws -> [Int64: ModelVersion] {
        var versions: [Int64: ModelVersion] = [:]
        let rows = try Row.fetchCursor(db.cachedStatement(sql: "SELECT version, model, number FROM versions"))
        while let row = try rows.next() { versions[row[0]] = ModelVersion(name: row[1], version: row[2]) }
        return versions
    }
}
