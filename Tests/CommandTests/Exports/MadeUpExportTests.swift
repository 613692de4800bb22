import Foundation
import TestKit
import Testing

/// Before anything is said about exports: that they are what they are meant to be.
@Suite("Made-up exports")
struct MadeUpExportTests {
    @Test("each has enough records of each end, and its columns by their names", arguments: MadeUpExport.all)
    func contents(_ export: MadeUpExport) {
        let counts = export.counts
        #expect(counts.won >= 40 && counts.lost >= 40 && counts.open >= 40)
        #expect((120...300).contains(counts.won + counts.lost + counts.open))
        let text = String(decoding: export.bytes, as: UTF8.self)
        for column in [export.columns.id, export.columns.created] + export.columns.outcome {
            #expect(text.contains(column))
        }
        #expect(export.closedBytes.count < export.bytes.count)
    }

    @Test("a moment is written as each of them writes it")
    func moments() {
        let moment = MadeUpDeal.some(1, seed: 1)[0].created
        #expect(moment.written("yyyy-MM-dd HH:mm:ss") == moment.text.prefix(19).replacing("T", with: " "))
        #expect(moment.written("M/d/yyyy") == "1/1/2024")
        #expect(moment.written("dd.MM.yyyy") == "01.01.2024")
        #expect(moment.written("MM/dd/yyyy hh:mmam").hasSuffix("am") || moment.written("hh:mmam").hasSuffix("pm"))
        #expect(moment.written("h:mm AM").count >= 7)
    }
}
