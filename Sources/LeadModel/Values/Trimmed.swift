extension String {
    /// Without blanks, tabs and line ends at either end.
    public var trimmed: String {
        func blank(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
        guard let first = utf8.first, let last = utf8.last, blank(first) || blank(last) else { return self }
        guard let start = utf8.firstIndex(where: { !blank($0) }), let end = utf8.lastIndex(where: { !blank($0) }) else {
            return ""
        }
        return String(self[start...end])
    }
}
