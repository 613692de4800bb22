import Foundation

extension String {
    /// In composed Unicode (NFC), as most programs write it: macOS and some exports write "ü" as "u" and a mark.
    public var composed: String { mayBeDecomposed ? precomposedStringWithCanonicalMapping : self }

    /// Whether it has a combining mark of Latin, Greek or Cyrillic, a Hangul letter, or a Japanese sound mark.
    private var mayBeDecomposed: Bool {
        var copy = self
        return copy.withUTF8 { bytes in
            bytes.indices.contains { index in
                switch bytes[index] {
                case 0xCC, 0xCD: true
                case 0xE1: index + 1 < bytes.count && (0x84...0x87).contains(bytes[index + 1])
                case 0xE3:
                    index + 2 < bytes.count && bytes[index + 1] == 0x82 && (0x99...0x9A).contains(bytes[index + 2])
                default: false
                }
            }
        }
    }

    /// Trimmed and composed: as ids, headers and values of files are read.
    public var tidied: String { trimmed.composed }
}
