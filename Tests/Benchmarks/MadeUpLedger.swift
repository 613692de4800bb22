import Foundation
import GRDB
import LeadModel
import LeadTrainer
import Ledger

/// A ledger of open leads as it would be after years, written by plain SQL into the real schema, in the order in which
/// leads came.
struct MadeUpLedger {
    static let organization = "bench"
    static let queue = "Inbound queue"
    /// Scorings of a lead, and of every ten-thousandth.
    static let usual = 10
    static let longest = 400
    private static let leadsOfASeller = 500

    let path: String
    let now: Moment
    let records: Int
    private(set) var scorings = 0
    private(set) var bytes = 0

    var sellers: Int { max(1, records * 9 / 10 / Self.leadsOfASeller) }
    var longSeries: Int { records / 10_000 }

    static func id(_ number: Int) -> Exact {
        Exact("00Q5g00000" + String(repeating: "0", count: 8 - String(number).count) + String(number))
    }
    static func id(ofLong number: Int) -> Exact { id((number + 1) * 10_000) }

    static func seller(_ number: Int) -> String {
        "\(given[number % given.count]) \(family[number / given.count % family.count]) \(number)"
    }

    private static let given = [
        "Ann", "Ben", "Carla", "David", "Eva", "Frank", "Grace", "Hugo", "Ines", "Jonas", "Karin", "Lars", "Maria",
        "Nils",
        "Olga", "Peter", "Rosa", "Sven", "Tara", "Uwe", "Vera", "Wim", "Xenia", "Yusuf", "Zoë",
    ]
    private static let family = [
        "Adler", "Brown", "Costa", "Dietz", "Evans", "Fischer", "García", "Haas", "Ito", "Jensen", "Kowalski", "López",
        "Müller", "Novak", "O'Brien", "Patel", "Quist", "Rossi", "Silva", "Tanaka", "Ulrich", "Vogel", "Weber", "Yang",
        "Zimmer",
    ]

    init(records: Int, path: String) throws {
        (self.records, self.path) = (records, path)
        now = Moment(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
        for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) }
        try LedgerWriter(path).close()
        var configuration = Configuration()
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA synchronous = OFF; PRAGMA cache_size = -400000")
        }
        let database = try DatabaseQueue(path: path, configuration: configuration)
        try database.write { db in
            try db.execute(
                sql: """
                    INSERT INTO scopes (scope, organization, entity) VALUES (1, ?, 'lead');
                    INSERT INTO versions (version, model, number) VALUES (1, 'sales', 1), (2, 'sales', 2), (3, 'sales', 3);
                    """, arguments: [Self.organization])
            for number in 1...40 {
                try db.execute(
                    sql: "INSERT INTO phrases VALUES (?, ?)",
                    arguments: [number, "Industry: Industry \(number) — strongly positive"])
            }
        }
        for start in stride(from: 1, through: records, by: 50_000) {
            let end = min(records, start + 49_999)
            try database.write { try insert(start...end, $0) }
            if end % 250_000 == 0 { note("\(end) leads are made") }
        }
        for start in stride(from: 1, through: records, by: 50_000) {
            try database.write { try insertScorings(of: start...min(records, start + 49_999), $0) }
        }
        scorings = try database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM scorings") } ?? 0
        try database.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        try database.close()
        bytes = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    }

    private func insert(_ numbers: ClosedRange<Int>, _ db: Database) throws {
        let record = try db.cachedStatement(
            sql: """
                INSERT INTO records (record, scope, id, revision, status, isOpen, name, owner, nameKey, ownerKey, createdAt,
                    scoringRevision, rank, scoredAt, grade, trend, previousScore, version, phrase, contribution, lowEvidence)
                VALUES (?1, 1, ?2, ?3, 'open', 1, ?4, ?5, ?6, ?7, ?8, ?3, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, 0)
                """)
        let words = try db.cachedStatement(sql: "INSERT INTO words (rowid, name, owner, id) VALUES (?, ?, ?, ?)")
        for number in numbers {
            var random = SplitMix64(seed: UInt64(number))
            let (given, family) = (random.index(below: Self.given.count), random.index(below: Self.family.count))
            let name = "\(Self.given[given]) \(Self.family[family]), Company \(random.index(below: 60_000))"
            let owner =
                random.index(below: 10) == 0
                ? Self.queue : Self.seller(random.index(below: sellers))
            // Three years, the older ones first; one in thirty has no score yet.
            let seconds = Int64(records - number) * 94_608_000 / Int64(records)
            let age = seconds * 1_000_000 + Int64(random.index(below: 999_999_999))
            let isScored = random.index(below: 30) > 0
            let rank = isScored ? pow(Double(random.index(below: 1_000_000)) / 1_000_000, 2) : -1
            let scoredAt =
                isScored ? now.microseconds - Int64(random.index(below: 86_400)) * 1_000_000 - Int64(number) : 0
            let score = isScored ? score(probability: rank) : 0
            let grade = isScored ? GradeRanges.standard.grade(of: score).rawValue : nil
            try record.execute(arguments: [
                number, Self.id(number).text, now.milliseconds, name, owner, folded(name), folded(owner),
                now.microseconds - age, rank, scoredAt, grade,
                isScored ? Trend.allCases[random.index(below: 4)].rawValue : nil,
                isScored ? min(100, score + random.index(below: 5)) : nil, isScored ? 3 : nil,
                isScored ? 1 + random.index(below: 40) : nil, isScored ? 0.5 : nil,
            ])
            try words.execute(arguments: [number, name, owner, Self.id(number).text])
        }
    }

    /// Evidence of thirty bytes, in the mean one a month.
    private func insertScorings(of numbers: ClosedRange<Int>, _ db: Database) throws {
        var random = SplitMix64(seed: 7)
        let bytes = Data((0..<4096).map { _ in UInt8(random.index(below: 100)) })
        try db.execute(
            sql: """
                WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < \(Self.longest - 1))
                INSERT INTO scorings (record, revision, at, version, isSweep, probability, grade, evidence)
                SELECT record, ?1 - (\(Self.longest) - i) * 86400000, (?1 - (\(Self.longest) - i) * 86400000) * 1000,
                    1 + i * 3 / \(Self.longest), i > 0, (record * 7919 + i * 104729) % 1000003 / 1000003.0, 'B',
                    substr(?2, 1 + (record * 31 + i * 17) % 4000, 30)
                FROM records CROSS JOIN n
                WHERE record BETWEEN ?3 AND ?4 AND i < CASE record % 10000 WHEN 0 THEN \(Self.longest) ELSE \(Self.usual) END
                """, arguments: [now.milliseconds, bytes, numbers.lowerBound, numbers.upperBound])
    }

    /// As the ledger folds what it sorts by.
    private func folded(_ text: String) -> String {
        text.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
    }
}
