import ArgumentParser
import Intake

/// How a file is written, where its bytes don't show it.
struct FormatFlags: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How the file's bytes are text, such as windows-1252; by default UTF-8, or UTF-16 if it is that.",
            valueName: "name"))
    var encoding: String?
    @Option(
        help: ArgumentHelp(
            "What separates the fields of a CSV file: a character, or tab; by default found in its first lines.",
            valueName: "character"))
    var delimiter: String?

    var reading: FileReading {
        FileReading(encoding: encoding.flatMap { TextEncoding($0) }, delimiter: delimiter.flatMap(CSVDelimiter.named))
    }

    func validate() throws {
        if let encoding, TextEncoding(encoding) == nil {
            throw ValidationError(
                "--encoding knows no \(encoding): name one such as utf-8, windows-1252 or windows-1251")
        }
        if let delimiter, CSVDelimiter.named(delimiter) == nil {
            throw ValidationError("--delimiter must be one plain character, or tab")
        }
    }
}
