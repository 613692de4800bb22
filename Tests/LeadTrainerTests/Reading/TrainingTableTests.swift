import LeadModel
import Testing

@testable import LeadTrainer

@Suite("Records become columns with a few bytes per value")
struct TrainingTableTests {
    /// More different values than two bytes can distinguish.
    private static let count = 70_000

    @Test("with very many different values, numbers, dates and addresses keep their kinds; ids are only counted")
    func many() throws {
        let start = Moment(microseconds: 1_750_000_000_000_000)
        let table = TrainingTable()
        for row in 0..<Self.count {
            let scattered = row * 7919 % 1_000_003
            table.add(
                attributes: [
                    ("number", .text("\(Double(scattered) / 8)")),
                    ("date", .text(start.adding(seconds: -Int64(scattered)).text)),
                    ("email", .text("p\(row)@\(row % 4 == 0 ? "gmail.com" : "firm\(row).de")")),
                    ("token", .text("t\(scattered)x")), ("town", .text("town \(row % 50)")),
                    ("choices", .text((0..<17).filter { row >> $0 & 1 == 1 }.map { "c\($0)" }.joined(separator: ";"))),
                    ("late", row < 10 ? .text("") : .number(Double(row % 3))),
                ], isPositive: row % 2 == 0, createdAt: start)
        }
        let columns = table.takeColumns(rows: Array(0..<Self.count), asOf: start).columns
        let byName = Dictionary(uniqueKeysWithValues: columns.map { ($0.name, $0) })
        let kinds = byName.mapValues(\.kind)
        #expect(
            kinds == [
                "number": .number, "date": .age, "email": .signal(.email), "token": .crowd, "town": .category,
                "late": .number, "choices": .list,
            ])
        let number = try #require(byName["number"])
        let date = try #require(byName["date"])
        #expect(number.different == Self.count && date.different == Self.count)
        for row in stride(from: 0, to: Self.count, by: 997) {
            let scattered = Double(row * 7919 % 1_000_003)
            let (its, age) = (number.numbers[Int(number.codes[row])], date.numbers[Int(date.codes[row])])
            #expect(its.low <= scattered / 8 && scattered / 8 <= its.high)
            #expect(age.low <= scattered / 86_400 && scattered / 86_400 <= age.high)
        }
        #expect(zip(number.numbers, number.numbers.dropFirst()).allSatisfy { $0.high < $1.low })
        #expect(byName["email"]?.texts.map(\.category).sorted() == ["business domain", "free-mail domain"])
        let choices = try #require(byName["choices"])
        #expect(choices.texts.count == 17 && choices.filled == Self.count - 1)
        #expect(choices.entries(5).compactMap { choices.category(Int($0)) }.sorted() == ["c0", "c2"])
        #expect(byName["town"]?.texts.count == 50)
        #expect(byName["late"]?.filled == Self.count - 10)
    }

    @Test("a column does not depend on the order in which other rows were read")
    func order() {
        func column(_ rows: [Int]) -> Column {
            let table = TrainingTable()
            for row in rows {
                let text = ["Web", "web", "7", " WEB ", "fair", "7.0", "a; b"][row * 31 % 7]
                table.add(attributes: [("x", .text(text))], isPositive: row % 2 == 0)
            }
            let places = (0..<100).map { row in rows.firstIndex(of: row)! }
            return table.takeColumns(rows: places, asOf: nil).columns[0]
        }
        let (one, other) = (column(Array(0..<100)), column((0..<100).reversed()))
        #expect(one.codes == other.codes)
        #expect(one.texts == other.texts && one.numbers == other.numbers)
    }

    @Test("with very many telephone numbers given as numbers, the first and the last are read alike")
    func phones() throws {
        let table = TrainingTable()
        let rows = 0..<80_000
        for row in rows {
            let phone: Value = row % 10 == 0 ? .text("") : .number(Double(7_000_000_000 + row))
            table.add(attributes: [(name: Exact("phone"), value: phone)], isPositive: row % 2 == 0)
        }
        let phone = try #require(table.takeColumns(rows: Array(rows), asOf: nil).columns.first)
        #expect(phone.kind == .signal(.phone) && phone.filled == 72_000)
        #expect(rows.allSatisfy { (phone.codes[$0] == Column.missing) == ($0 % 10 == 0) })
    }

    @Test("if a record names an attribute twice, the last value counts; attributes it does not name are missing")
    func twice() {
        let table = TrainingTable()
        table.add(attributes: [("x", .text("a")), ("x", .text("b"))], isPositive: true)
        table.add(attributes: [("y", .number(1))], isPositive: true)
        table.add(attributes: [("x", .text("a"))], isPositive: false)
        let columns = table.takeColumns(rows: [0, 1, 2], asOf: nil).columns
        #expect(columns.map(\.name) == ["x", "y"])
        let given = columns[0].codes.map { $0 == Column.missing ? nil : columns[0].category(Int($0)) }
        #expect(given == ["b", nil, "a"])
        #expect(columns[1].codes.map { $0 == Column.missing } == [true, false, true])
    }
}
