/// Words that programs write where there is no value: `NULL`, `N/A`, `#N/A`, `--`. They count as missing, unless somebody
/// says that one of them is a value.
public enum NullWord {
    /// In small letters.
    public static let all: Set<String> = [
        "null", "(null)", "<null>", "[null]", "\\n", "n/a", "na", "<na>", "n.a.", "nan", "nat", "none", "(none)",
        "<none>", "undefined", "(blank)", "(empty)", "-", "--", "---", "–", "—",
        // What spreadsheets write for an error; #NV is the German #N/A.
        "#n/a", "#nv", "#null!", "#ref!", "#value!", "#div/0!", "#name?", "#num!",
    ]

    private static let longest = 9

    /// Whether a text is a null word; case and blanks around it make no difference.
    public static func contains(_ text: String) -> Bool {
        let text = text.trimmed
        return text.utf8.count <= longest && all.contains(text.lowercased())
    }
}
