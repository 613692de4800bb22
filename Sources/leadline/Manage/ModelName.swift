/// Names of models.
enum ModelName {
    /// What is wrong with a name, or nil.
    static func fault(_ name: String) -> String? {
        let isPlain = !name.unicodeScalars.contains { $0.properties.generalCategory == .control }
        let isBlankAtAnEnd = name.first?.isWhitespace ?? false || name.last?.isWhitespace ?? false
        return (1...100).contains(name.utf8.count) && isPlain && !isBlankAtAnEnd
            ? nil : "must have 1 to 100 bytes, no control characters, and no blanks at its ends"
    }
}
