extension Moment {
    /// Reads a date as files of records write it: RFC 3339 (a blank may stand for the T), or, in UTC, `2026-11-21`,
    /// `2026-11-21 09:30`, `2026-11-21 09:30:00`, `2026-11-21 09:30:00.250`. Nothing for anything else.
    public init?(inFile text: String) {
        let text = text.trimmed
        if let moment = Moment(rfc3339: text) {
            self = moment
            return
        }
        let day = text.utf8.prefix(10)
        let rest = text.utf8.dropFirst(10)
        guard let date = String(day) else { return nil }
        if rest.isEmpty {
            self.init(rfc3339: "\(date)T00:00:00Z")
            return
        }
        guard rest.first == UInt8(ascii: " "), let clock = String(rest.dropFirst()) else { return nil }
        let endings = clock.utf8.count == 5 ? [":00Z"] : ["", "Z"]
        guard let moment = endings.lazy.compactMap({ Moment(rfc3339: "\(date)T\(clock)\($0)") }).first else {
            return nil
        }
        self = moment
    }
}
