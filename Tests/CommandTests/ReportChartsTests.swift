import Foundation
import FoundationXML
import TestKit
import Testing

@Suite("The charts of a report", .onOwnThreads)
struct ReportChartsTests {
    @Test("no text leaves its chart and none runs into another, with long names and large numbers")
    func texts() throws {
        let places = [
            "Public sector and administration", "WWWW MMMM WWWW MMMM WWWW", "Manufacturing of machines", "web",
        ]
        let lines = (0..<240).map { number in
            let isGood = number % 5 < 2
            let place = places[(number * 7 + (isGood ? number % 2 : 0)) % 4]
            let revenue = number % 9 == 0 ? "" : "\(1_000_000 + (number * 7919) % 9_000_000 + (isGood ? 2_500_000 : 0))"
            return "\(place),\(revenue),\((number * 37) % 50 + (isGood ? 12 : 0)),\(isGood ? 1 : 0)"
        }
        let file = try temporaryFile(
            "long.csv",
            "Where did the company first hear of what we do,Revenue,Visits,Converted\n" + lines.joined(separator: "\n")
                + "\n")
        let page = try TestFolder.make("files/\(UUID().uuidString)") + "/page.html"
        let run = try CommandRun(
            ["evaluate", file, "--outcome", "Converted", "--positive", "1", "--folds", "3", "--report", page])
        #expect(run.code == 0, "\(run.errors)")
        let parser = XMLParser(data: try Data(contentsOf: URL(fileURLWithPath: page)))
        let reader = ChartReader()
        parser.delegate = reader
        #expect(parser.parse() && reader.charts.count >= 7)
        for chart in reader.charts {
            for text in chart.texts {
                #expect(text.left >= -1 && text.right <= chart.width + 1, "\(chart.name): \(text.content)")
            }
            for (number, one) in chart.texts.enumerated() {
                for other in chart.texts.dropFirst(number + 1) where abs(one.y - other.y) < 9 {
                    let isApart = one.right <= other.left || other.right <= one.left
                    #expect(isApart, "\(chart.name): \(one.content) and \(other.content)")
                }
            }
        }
    }
}

/// The upright texts of a page's charts, with about the room that they take.
private final class ChartReader: NSObject, XMLParserDelegate {
    struct Text {
        var content = ""
        var x, y, size: Double
        var anchor: String

        private var width: Double { Double(content.count) * size * 0.52 }
        var left: Double { anchor == "end" ? x - width : anchor == "middle" ? x - width / 2 : x }
        var right: Double { left + width }
    }

    var charts: [(name: String, width: Double, texts: [Text])] = []
    private var text: Text?
    private var isInTitle = false

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        switch name {
        case "svg":
            let width = attributes["viewBox"]?.split(separator: " ").dropFirst(2).first.flatMap { Double($0) } ?? 0
            charts.append((attributes["aria-label"] ?? "", width, []))
        case "text" where attributes["transform"] == nil:
            let style = attributes["class"] ?? ""
            text = Text(
                x: Double(attributes["x"] ?? "") ?? 0, y: Double(attributes["y"] ?? "") ?? 0,
                size: style.hasPrefix("t") ? 12 : 13, anchor: attributes["text-anchor"] ?? "start")
        case "title": isInTitle = true
        default: break
        }
    }

    func parser(_ parser: XMLParser, foundCharacters characters: String) {
        if !isInTitle { text?.content += characters }
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        if name == "title" { isInTitle = false }
        guard name == "text", let text else { return }
        charts[charts.count - 1].texts.append(text)
        self.text = nil
    }
}
