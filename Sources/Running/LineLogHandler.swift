import Foundation
import Logging

/// How log lines are written.
public enum LogFormat: String, CaseIterable, Sendable { case text, json }

/// Writes log lines as text for people, or as one JSON object a line for machines.
public struct LineLogHandler: LogHandler {
    public var metadata: Logger.Metadata = [:]
    public var logLevel = Logger.Level.info
    private let format: LogFormat
    private let write: @Sendable (String) -> Void

    /// - Parameter write: writes a line, which it gets without a line end.
    public init(format: LogFormat, write: @escaping @Sendable (String) -> Void) {
        (self.format, self.write) = (format, write)
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        let time = Date.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        let message = event.message.description
        switch format {
        case .text:
            let level = event.level >= .warning ? " \(event.level.rawValue.uppercased())" : ""
            write("\(time)\(level) \(message)")
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let line = JSONLine(time: time, level: event.level.rawValue, message: message)
            guard let data = try? encoder.encode(line) else { return }
            write(String(decoding: data, as: UTF8.self))
        }
    }

    private struct JSONLine: Encodable {
        var time, level, message: String
    }
}
