import Foundation
import Intake
import LeadModel
import TestKit
import Testing

@Suite("Real files of records")
struct SampleFilesTests {
    private func read(_ name: String, _ roles: ColumnRoles) throws -> [FileRecord] {
        var records: [FileRecord] = []
        try RecordFile(path: RealRecords.path(name), roles: roles).read { records.append($0) }
        return records
    }

    @Test(
        "the leads of an education company: 6,500 of 37 columns, 38.8 % converted",
        .enabled(if: RealRecords.isThere(RealRecords.leads), "xedu-leads.csv is not in ../shared/data"))
    func leads() throws {
        var roles = ColumnRoles()
        (roles.id, roles.outcome, roles.positive) = ("Prospect ID", "Converted", "1")
        (roles.exclude, roles.missing) = (["Lead Number"], ["Select"])
        let records = try read("xedu-leads.csv", roles)
        #expect(records.count == 6500)
        #expect(Set(records.compactMap(\.id)).count == 6500)
        #expect(records.allSatisfy { $0.attributes.count + $0.emptied.count == 34 })
        let positives = records.count { $0.outcome == .positive }
        #expect((Double(positives) / 65).rounded(toPlaces: 1) == 38.8)
        #expect(!records.contains { $0.texts.contains("Select") })
    }

    @Test(
        "the opportunities of an automotive supplier: 45,000 of 19 columns, 22.7 % won",
        .enabled(if: RealRecords.isThere(RealRecords.opportunities), "sales-win-loss.csv is not in ../shared/data"))
    func opportunities() throws {
        var roles = ColumnRoles(entity: .opportunity)
        (roles.id, roles.outcome, roles.positive) = ("Opportunity Number", "Opportunity Result", "Won")
        let records = try read("sales-win-loss.csv", roles)
        #expect(records.count == 45_000)
        #expect(records.allSatisfy { $0.attributes.count == 17 })
        let positives = records.count { $0.outcome == .positive }
        #expect((Double(positives) / 450).rounded(toPlaces: 1) == 22.7)
        #expect(records[0]["Supplies Subgroup"] == .text("Exterior Accessories"))
        #expect(records[0]["Opportunity Amount USD"]?.asNumber == 5000)
    }
}

extension Double {
    fileprivate func rounded(toPlaces places: Int) -> Double {
        let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
        return (self * scale).rounded() / scale
    }
}
