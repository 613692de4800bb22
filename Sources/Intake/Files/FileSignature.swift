/// What a file is by its first bytes, if it is no text of records.
enum FileSignature {
    /// - Throws: `IntakeError` that says what the file is, and what to do.
    static func check(_ head: ArraySlice<UInt8>, file: String) throws(IntakeError) {
        let found: (what: String, advice: String)?
        if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) || head.starts(with: [0x50, 0x4B, 0x05, 0x06]) {
            found = ("it is an Excel workbook, or another zip file, not CSV", workbook)
        } else if head.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
            found = ("it is an Excel workbook of the old format (.xls), not CSV", workbook)
        } else if head.starts(with: [0x1F, 0x8B]) {
            found = ("it is compressed (gzip)", "Unpack it with `gunzip`.")
        } else if head.starts(with: "%PDF".utf8) {
            found = ("it is a PDF", "Export the records as CSV.")
        } else {
            found = markup(head)
        }
        if let found { throw IntakeError(.data, file: file, found.what, advice: found.advice) }
    }

    /// What text is not that of records.
    private static func markup(_ head: ArraySlice<UInt8>) -> (what: String, advice: String)? {
        let start = head.drop { $0 <= 32 || [0xEF, 0xBB, 0xBF].contains($0) }.prefix(200)
        let text = String(decoding: start, as: UTF8.self).lowercased()
        let web = ["<!doctype html", "<html", "<table", "<head", "<body", "<meta", "<style", "<div", "<script"]
        if web.contains(where: text.hasPrefix) {
            return (
                "it is a web page (HTML), not CSV",
                "If it shows a table, open it in a spreadsheet and save it as CSV (UTF-8). If it shows a login or an "
                    + "error, export again."
            )
        }
        if text.hasPrefix("<?xml") { return ("it is XML, not CSV", workbook) }
        return nil
    }

    private static let workbook = "Open it in a spreadsheet and save the sheet as CSV (UTF-8)."
}
