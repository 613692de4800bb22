extension String {
    /// The text on one line: control characters, line separators and marks of writing direction become blanks, so that a
    /// value that somebody else wrote can't break a line or steer a terminal.
    public var printable: String {
        guard unicodeScalars.contains(where: Self.isControl) else { return self }
        var text = UnicodeScalarView()
        for scalar in unicodeScalars { text.append(Self.isControl(scalar) ? " " : scalar) }
        return String(text)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        // Embeddings, overrides and isolates of writing direction.
        case .format: (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
        default: false
        }
    }

    /// At most `count` characters: a longer text is cut and ends with an ellipsis.
    public func shortened(_ count: Int) -> String {
        self.count <= count ? self : prefix(max(1, count - 1)) + "…"
    }
}
