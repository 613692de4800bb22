import LeadModel

// The parts of a `RecordBlob`: how each is written and read.

/// The stamps of a record, each once, in rising order. A blob refers to a stamp by its index.
struct StampTable {
    private(set) var stamps: [Stamp] = []

    init(of record: Record) {
        // Most of a record comes from one event: comparing with the previous stamp leaves few to sort.
        func note(_ stamp: Stamp) { if stamps.last != stamp { stamps.append(stamp) } }
        if let deleted = record.deleted { note(deleted) }
        for floor in record.floors.entries { note(floor.value) }
        for place in record.cells.entries.indices { note(record.cells.entries[place].value.stamp) }
        guard stamps.count > 1 else { return }
        stamps.sort()
        var once: [Stamp] = []
        for stamp in stamps where once.last != stamp { once.append(stamp) }
        stamps = once
    }

    /// The index of a stamp, which has to be in the table.
    func index(of stamp: Stamp) -> Int {
        var (low, high) = (0, stamps.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if stamps[middle] < stamp { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension ByteWriter {
    mutating func stamps(_ stamps: [Stamp]) {
        number(stamps.count)
        var former: Int64 = 0
        for stamp in stamps {
            signed(stamp.time.microseconds &- former)
            former = stamp.time.microseconds
            number(stamp.sequence.map { $0.text.utf8.count + 1 } ?? 0)
            if let sequence = stamp.sequence { bytes.append(contentsOf: sequence.text.utf8) }
            word(stamp.order)
        }
    }

    mutating func value(_ value: Value?, _ adjustment: Adjustment?) {
        switch adjustment {
        case nil: self.value(value)
        case .cut:
            byte(7)
            self.value(value)
        case .dropped: byte(8)
        }
    }

    private mutating func value(_ value: Value?) {
        switch value {
        case nil: byte(0)
        case .text(let text):
            let length = text.utf8.count
            if length < 240 {
                byte(UInt8(16 + length))
            } else {
                byte(1)
                number(length)
            }
            bytes.append(contentsOf: text.utf8)
        case .number(let number):
            if let whole = Int64(exactly: number) {
                byte(2)
                signed(whole)
            } else {
                byte(3)
                word(number.bitPattern)
            }
        case .flag(let flag): byte(flag ? 5 : 4)
        case .list(let entries):
            byte(6)
            number(entries.count)
            for entry in entries { text(entry) }
        }
    }

    mutating func scoring(_ scoring: Scoring, at revision: UInt64, names: inout NameTable) {
        number(revision - scoring.revision)
        version(scoring.model, names: &names)
        evidence(scoring.evidence)
        word(scoring.probability.bitPattern)
        grade(scoring.grade)
        byte(UInt8(scoring.previousScore ?? 0))
        grade(scoring.previousGrade)
        // Bit 0: by a sweep. From bit 1: the trend, improving = 1 … unknown = 4. From bit 4: the changes.
        let trend = UInt8(Trend.allCases.firstIndex(of: scoring.trend)! + 1)
        byte((scoring.trigger == .sweep ? 1 : 0) | trend << 1 | scoring.changes.rawValue << 4)
        word(UInt64(bitPattern: scoring.at.microseconds))
        related(scoring.accountRevision)
        related(scoring.contactRevision)
        // Bit 0: former. From bit 4: the other changes.
        byte((scoring.former == nil ? 0 : 1) | scoring.changes.rawValue & 0xF0)
        if let former = scoring.former {
            version(former.model, names: &names)
            evidence(former.evidence)
        }
    }

    mutating func notice(_ notice: Notice, at revision: UInt64) {
        number(revision - notice.revision)
        // From bit 4: the changes. Bit 3: the next byte has the other ones.
        let others = notice.changes.rawValue >> 4
        byte(notice.kind.rawValue | (others == 0 ? 0 : 8) | notice.changes.rawValue << 4)
        if others != 0 { byte(others) }
        grade(notice.grade)
        grade(notice.left)
    }

    mutating func transitions(_ transitions: [Transition]) {
        number(transitions.count)
        for one in transitions {
            grade(one.grade)
            grade(one.from)
            // A trend from 0, a notice from 16.
            switch one.what {
            case .scored(let trend): byte(UInt8(Trend.allCases.firstIndex(of: trend)!))
            case .notice(let kind): byte(16 + kind.rawValue)
            }
        }
    }

    private mutating func version(_ version: ModelVersion, names: inout NameTable) {
        number(names.id(Exact(version.name)))
        number(version.version)
    }

    /// 0 without a reference, else the revision + 1.
    private mutating func related(_ revision: UInt64?) { number(revision.map { $0 + 1 } ?? 0) }

    private mutating func evidence(_ evidence: Evidence) {
        number(evidence.bins.count)
        for bin in evidence.bins { number(UInt64(bin)) }
    }

    /// 0: none, else A = 1 … D = 4.
    private mutating func grade(_ grade: Grade?) {
        byte(grade.map { UInt8(Grade.allCases.firstIndex(of: $0)! + 1) } ?? 0)
    }
}

extension ByteReader {
    /// Microseconds from year 1 to year 9999.
    private static let times: Range<Int64> = -62_135_596_800_000_000..<253_402_300_800_000_000

    mutating func stamps() throws(Damaged) -> [Stamp] {
        var stamps: [Stamp] = []
        var time: Int64 = 0
        for _ in 0..<(try count()) {
            time &+= try signed()
            let length = try count()
            let sequence = length == 0 ? nil : Exact(try text(length: length - 1))
            guard Self.times.contains(time) else { throw Damaged() }
            stamps.append(Stamp(time: Moment(microseconds: time), sequence: sequence, order: try word()))
        }
        return stamps
    }

    mutating func adjustedValue() throws(Damaged) -> (Value?, Adjustment?) {
        switch try byte() {
        case 7: (try value(tag: byte()), .cut)
        case 8: (nil, .dropped)
        case let tag: (try value(tag: tag), nil)
        }
    }

    private mutating func value(tag: UInt8) throws(Damaged) -> Value? {
        switch tag {
        case 0: return nil
        case 1: return .text(try text())
        case 2: return .number(Double(try signed()))
        case 3:
            let number = Double(bitPattern: try word())
            guard number.isFinite else { throw Damaged() }
            return .number(number)
        case 4: return .flag(false)
        case 5: return .flag(true)
        case 6:
            var entries: [String] = []
            for _ in 0..<(try count()) { entries.append(try text()) }
            return .list(entries)
        case let tag where tag >= 16: return .text(try text(length: Int(tag) - 16))
        default: throw Damaged()
        }
    }

    mutating func scoring(at revision: UInt64, names: NameTable) throws(Damaged) -> Scoring {
        let behind = try number()
        guard behind <= revision else { throw Damaged() }
        let model = try version(names: names)
        let evidence = try evidence()
        let probability = Double(bitPattern: try word())
        guard (0...1).contains(probability), let grade = try grade() else { throw Damaged() }
        let previousScore = try index(below: 101)
        let previousGrade = try self.grade()
        let triggerAndTrend = try byte()
        let trend = Int(triggerAndTrend >> 1 & 7)
        guard trend <= Trend.allCases.count else { throw Damaged() }
        let at = Int64(bitPattern: try word())
        guard Self.times.contains(at) else { throw Damaged() }
        var scoring = Scoring(
            revision: revision - behind, model: model, evidence: evidence, probability: probability, grade: grade,
            previousScore: previousScore == 0 ? nil : previousScore, previousGrade: previousGrade,
            trigger: triggerAndTrend & 1 == 1 ? .sweep : .realtime,
            at: Moment(microseconds: at))
        // Blobs without a trend are from before trends were stored: all of them used the standard dead band.
        if trend > 0 { scoring.trend = Trend.allCases[trend - 1] }
        scoring.accountRevision = try related()
        scoring.contactRevision = try related()
        let formerAndChanges = try byte()
        scoring.changes = ShownChanges(rawValue: triggerAndTrend >> 4 | formerAndChanges & 0xF0)
        if formerAndChanges & 1 == 1 {
            scoring.former = .init(model: try version(names: names), evidence: try self.evidence())
        }
        return scoring
    }

    mutating func notice(at revision: UInt64) throws(Damaged) -> Notice {
        let behind = try number()
        let kindAndChanges = try byte()
        let others = kindAndChanges & 8 == 0 ? 0 : try byte()
        guard behind <= revision, let kind = Notice.Kind(rawValue: kindAndChanges & 7) else { throw Damaged() }
        var notice = Notice(revision: revision - behind, kind: kind, grade: try grade(), left: try grade())
        notice.changes = ShownChanges(rawValue: kindAndChanges >> 4 | others << 4)
        return notice
    }

    mutating func transitions() throws(Damaged) -> [Transition] {
        var transitions: [Transition] = []
        for _ in 0..<(try index(below: Transition.mostSuperseded + 1)) {
            let (grade, from, code) = (try grade(), try grade(), try byte())
            let trends = Trend.allCases
            if code < trends.count {
                transitions.append(.init(grade: grade, from: from, what: .scored(trends[Int(code)])))
            } else if code >= 16, let kind = Notice.Kind(rawValue: code - 16) {
                transitions.append(.init(grade: grade, from: from, what: .notice(kind)))
            } else {
                throw Damaged()
            }
        }
        return transitions
    }

    private mutating func version(names: NameTable) throws(Damaged) -> ModelVersion {
        guard let name = names.name(try index(below: names.count + 1)) else { throw Damaged() }
        return ModelVersion(name: name.text, version: Int(clamping: try number()))
    }

    private mutating func related() throws(Damaged) -> UInt64? {
        let code = try number()
        guard code <= Record.greatestRevision else { throw Damaged() }
        return code == 0 ? nil : code - 1
    }

    private mutating func evidence() throws(Damaged) -> Evidence {
        var bins: [UInt16] = []
        for _ in 0..<(try count()) { bins.append(UInt16(try index(below: 1 << 16))) }
        return Evidence(bins: bins)
    }

    private mutating func grade() throws(Damaged) -> Grade? {
        let code = Int(try byte())
        guard code <= Grade.allCases.count else { throw Damaged() }
        return code == 0 ? nil : Grade.allCases[code - 1]
    }
}
