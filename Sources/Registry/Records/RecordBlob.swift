import LeadModel

/// A stored record as bytes: compact, so that a million records fit into a gigabyte, and versioned.
///
///     format        1 byte: 2 (1 is read: it has one byte of flags)
///     revision      8 bytes, highest first: the commit script compares bytes 2…9
///     flags         2 bytes: creation seen, pending, erased, deleted, scoring, notice, month, sweep mark; open,
///                   superseded. The script that fills a full sweep reads them (bytes 10 and 11)
///     values        revision − values' revision
///     stamps        each stamp once, rising: time as difference, sequence, order. One entry an event, since an event's
///                   fields share its stamp; what follows names stamps by index
///     deleted       stamp (if deleted)
///     floors        name id of the prefix, or 0 for none; stamp
///     core          code; stamp; value
///     attributes    name id as difference, rising; stamp; value
///     scoring, notice, month, sweep mark, superseded transitions: if flagged
///
/// Numbers are of variable length (`ByteWriter.number`). Values begin with a tag: 0 null, 1 text, 2 whole number,
/// 3 number, 4 false, 5 true, 6 list, 7 cut (the value follows), 8 dropped, and 16 + n a text of n bytes.
public enum RecordBlob {
    static let format: UInt8 = 2
    /// The bytes of the revision, for Lua, which counts from 1.
    static let revisionRange = "2, 9"

    enum Flag {
        static let creationSeen: UInt8 = 1, pending: UInt8 = 2, erased: UInt8 = 4, deleted: UInt8 = 8
        static let scoring: UInt8 = 16, notice: UInt8 = 32, month: UInt8 = 64, sweepMark: UInt8 = 128
        /// In the second byte: set for the records that a full sweep takes.
        static let open: UInt8 = 1
        static let superseded: UInt8 = 2
    }

    /// Why a blob can't be read. It contains no value.
    public struct Damaged: Error, CustomStringConvertible {
        public let description: String
    }

    static func revision(_ revision: UInt64) -> [UInt8] {
        var writer = ByteWriter()
        writer.word(revision)
        return writer.bytes
    }
}

extension RecordBlob {
    /// - Parameter names: gives the ids; names that it does not have become proposals.
    public static func encode(_ record: Record, names: inout NameTable) -> [UInt8] {
        var out = ByteWriter()
        out.bytes.reserveCapacity(256 + record.cells.count * 16)
        out.byte(format)
        out.word(record.revision)
        out.byte(flags(of: record))
        out.byte((record.isOpen ? Flag.open : 0) | (record.superseded.isEmpty ? 0 : Flag.superseded))
        out.number(record.revision - record.valuesRevision)

        let stamps = StampTable(of: record)
        out.stamps(stamps.stamps)
        if let deleted = record.deleted { out.number(stamps.index(of: deleted)) }

        out.number(record.floors.count)
        for floor in record.floors.entries {
            out.number(floor.key.text.isEmpty ? 0 : names.id(floor.key))
            out.number(stamps.index(of: floor.value))
        }
        let cells = record.cells.entries
        let coreCount = cells.firstIndex { $0.key.code == 0 } ?? cells.count
        out.number(coreCount)
        for place in 0..<coreCount {
            out.byte(cells[place].key.code)
            out.number(stamps.index(of: cells[place].value.stamp))
            out.value(cells[place].value.value, cells[place].value.adjustment)
        }
        out.number(cells.count - coreCount)
        var former = 0
        for (id, place) in names.ids(of: cells, from: coreCount).sorted(by: { $0.id < $1.id }) {
            out.number(id - former)
            out.number(stamps.index(of: cells[place].value.stamp))
            out.value(cells[place].value.value, cells[place].value.adjustment)
            former = id
        }
        if let scoring = record.scoring { out.scoring(scoring, at: record.revision, names: &names) }
        if let notice = record.notice { out.notice(notice, at: record.revision) }
        if let month = record.monthCounted { out.number(month.index) }
        if record.sweepMark > 0 { out.number(record.sweepMark) }
        if !record.superseded.isEmpty { out.transitions(record.superseded) }
        return out.bytes
    }

    private static func flags(of record: Record) -> UInt8 {
        (record.creationSeen ? Flag.creationSeen : 0) | (record.isPending ? Flag.pending : 0)
            | (record.isErased ? Flag.erased : 0) | (record.deleted == nil ? 0 : Flag.deleted)
            | (record.scoring == nil ? 0 : Flag.scoring) | (record.notice == nil ? 0 : Flag.notice)
            | (record.monthCounted == nil ? 0 : Flag.month) | (record.sweepMark == 0 ? 0 : Flag.sweepMark)
    }

    /// - Throws: `Damaged` for bytes that no `encode` with these names gave.
    public static func decode(_ bytes: [UInt8], names: NameTable) throws(Damaged) -> Record {
        guard let format = bytes.first, (1...Self.format).contains(format) else {
            throw Damaged(description: "a stored record has an unknown format")
        }
        do {
            var reader = ByteReader(bytes)
            let record = try reader.record(format: reader.byte(), names: names)
            guard reader.isAtEnd else { throw ByteReader.Damaged() }
            return record
        } catch {
            throw Damaged(description: "a stored record of \(bytes.count) bytes cannot be read")
        }
    }
}

extension ByteReader {
    /// The numbers of core fields are dates in milliseconds, and a few small numbers.
    private static let coreNumbers = -9e15...9e15

    fileprivate mutating func record(format: UInt8, names: NameTable) throws(Damaged) -> Record {
        typealias Flag = RecordBlob.Flag
        var record = Record()
        record.revision = try word()
        // Revision 0 means that nothing is stored.
        guard (1...Record.greatestRevision).contains(record.revision) else { throw Damaged() }
        let flags = try byte()
        let moreFlags = format > 1 ? try byte() : 0
        record.creationSeen = flags & Flag.creationSeen != 0
        record.isPending = flags & Flag.pending != 0
        record.isErased = flags & Flag.erased != 0
        let behind = try number()
        guard behind <= record.revision else { throw Damaged() }
        record.valuesRevision = record.revision - behind

        let stamps = try stamps()
        if flags & Flag.deleted != 0 { record.deleted = stamps[try index(below: stamps.count)] }
        var floors: [SortedTable<Exact, Stamp>.Entry] = []
        for _ in 0..<(try count()) {
            let id = try number()
            guard let prefix = id == 0 ? "" : names.name(Int(clamping: id))?.exact,
                floors.last.map({ $0.key < prefix }) ?? true
            else { throw Damaged() }
            floors.append(.init(key: prefix, value: stamps[try index(below: stamps.count)]))
        }
        record.floors = SortedTable(rising: floors)
        let coreCount = try count()
        let core = Field.core
        var cells: [SortedTable<Field, Record.Cell>.Entry] = []
        var former = 0
        for _ in 0..<coreCount {
            let code = Int(try byte())
            guard code > former, code <= core.count else { throw Damaged() }
            let cell = try cell(stamps)
            if case .number(let number)? = cell.value, !Self.coreNumbers.contains(number) { throw Damaged() }
            cells.append(.init(key: core[code - 1], value: cell))
            former = code
        }
        let attributeCount = try count()
        cells.reserveCapacity(coreCount + attributeCount)
        var id = 0
        for _ in 0..<attributeCount {
            let step = try index(below: names.count + 1)
            id += step
            guard step > 0, let name = names.name(id) else { throw Damaged() }
            cells.append(.init(key: .attribute(name), value: try cell(stamps)))
        }
        record.cells = SortedTable(cells)
        if flags & Flag.scoring != 0 { record.scoring = try scoring(at: record.revision, names: names) }
        if flags & Flag.notice != 0 { record.notice = try notice(at: record.revision) }
        if flags & Flag.month != 0 {
            let month = try index(below: 1 << 30)
            guard Month.isValid(index: month) else { throw Damaged() }
            record.monthCounted = Month(index: month)
        }
        if flags & Flag.sweepMark != 0 { record.sweepMark = try number() }
        if moreFlags & Flag.superseded != 0 { record.superseded = try transitions() }
        return record
    }

    private mutating func cell(_ stamps: [Stamp]) throws(Damaged) -> Record.Cell {
        let stamp = stamps[try index(below: stamps.count)]
        let (value, adjustment) = try adjustedValue()
        return .init(stamp: stamp, value: value, adjustment: adjustment)
    }
}
