import Foundation
import LeadModel
import Logging

/// Writes log lines to standard error, as text for people or one JSON object a line for machines.
struct LineLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info
    let format: Settings.LogFormat

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let now = Moment(microseconds: Int64(Date.now.timeIntervalSince1970 * 1_000_000))
        let message = event.message.description
        switch format {
        case .text:
            let level = event.level >= .warning ? " \(event.level.rawValue.uppercased())" : ""
            printError("\(now.text)\(level) \(message)")
        case .json:
            let line = JSONLine(time: now.text, level: event.level.rawValue, message: message)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            guard let data = try? encoder.encode(line) else { return }
            printError(String(decoding: data, as: UTF8.self))
        }
    }

    private struct JSONLine: Encodable {
        var time, level, message: String
    }
}

extension Logger {
    /// The log of a service that this command runs.
    static func service(_ format: Settings.LogFormat) -> Logger {
        Logger(label: "leadline") { _ in LineLogHandler(format: format) }
    }
}
