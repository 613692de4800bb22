extension String {
    /// Fit for a line of a terminal: what others wrote, such as an id or a value, can hold signs that end a line or
    /// steer the terminal. They become blanks.
    var printable: String {
        guard unicodeScalars.contains(where: Self.isControl) else { return self }
        var text = UnicodeScalarView()
        for scalar in unicodeScalars { text.append(Self.isControl(scalar) ? " " : scalar) }
        return String(text)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        // NullTombstones that turn the direction of what follows.
        case .format: (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
        default: false
        }
    }
}
