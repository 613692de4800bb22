import Foundation
import Glibc

/// How the bytes of a file are text.
public struct TextEncoding: Hashable, Sendable {
    /// As glibc's iconv knows it.
    public let name: String

    static let utf8 = TextEncoding(known: "UTF-8")
    static let utf16LittleEndian = TextEncoding(known: "UTF-16LE")
    static let utf16BigEndian = TextEncoding(known: "UTF-16BE")

    private init(known name: String) { self.name = name }

    /// Nil if no encoding has this name. Names are those of IANA and of iconv, in any case: utf-8, windows-1252, cp1251.
    public init?(_ name: String) {
        let plain = name.trimmingCharacters(in: .whitespaces).uppercased()
        // What comes behind a slash would change how iconv converts.
        guard !plain.isEmpty, plain.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "/") }) else {
            return nil
        }
        let known = plain.hasPrefix("WINDOWS-") ? "CP" + plain.dropFirst(8) : plain
        guard let handle = iconv_open("UTF-8", known), Int(bitPattern: handle) != -1 else { return nil }
        iconv_close(handle)
        self.name = known == "UTF8" ? "UTF-8" : known
    }

    /// The most likely encoding of bytes that are no UTF-8: that of Windows for Cyrillic letters or for Latin ones.
    static func guess(_ bytes: some Sequence<UInt8>) -> String {
        let (high, letters) = bytes.reduce(into: (0, 0)) { counts, byte in
            if byte >= 0xC0 { counts.0 += 1 }
            if (65...90).contains(byte) || (97...122).contains(byte) { counts.1 += 1 }
        }
        return high > letters ? "windows-1251" : "windows-1252"
    }

    /// The encoding that a file's first bytes show: of UTF-16 by a byte order mark, or by the zeros that each plain
    /// letter has at one side. Nil: UTF-8, or one of the others, which bytes don't show.
    static func shown(by head: ArraySlice<UInt8>) -> TextEncoding? {
        if head.starts(with: [0xFF, 0xFE]) { return .utf16LittleEndian }
        if head.starts(with: [0xFE, 0xFF]) { return .utf16BigEndian }
        var zeros = (even: 0, odd: 0)
        for (place, byte) in head.enumerated() where byte == 0 {
            if place.isMultiple(of: 2) { zeros.even += 1 } else { zeros.odd += 1 }
        }
        guard zeros.even + zeros.odd >= 2, min(zeros.even, zeros.odd) == 0 else { return nil }
        return zeros.even == 0 ? .utf16LittleEndian : .utf16BigEndian
    }
}

/// Converts bytes to UTF-8, chunk by chunk. What is no text in the encoding becomes the byte FF, which UTF-8 never has,
/// so that the reader finds the place. For one thread.
final class Transcoder {
    private let handle: iconv_t
    /// Bytes of a letter that goes on in the next chunk.
    private var rest: [UInt8] = []

    init?(_ encoding: TextEncoding) {
        guard let handle = iconv_open("UTF-8", encoding.name), Int(bitPattern: handle) != -1 else { return nil }
        self.handle = handle
    }

    deinit { iconv_close(handle) }

    /// - Parameter bytes: empty at the file's end.
    func convert(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var input = rest + bytes
        if bytes.isEmpty { return rest.isEmpty ? [] : [0xFF] }
        rest = []
        // A letter has at most four bytes of UTF-8.
        var output = [UInt8](repeating: 0, count: input.count * 4 + 16)
        var (read, written) = (0, 0)
        input.withUnsafeMutableBytes { input in
            output.withUnsafeMutableBytes { output in
                while read < input.count {
                    var from =
                        input.baseAddress!.advanced(by: read).assumingMemoryBound(to: CChar.self)
                        as UnsafeMutablePointer<CChar>?
                    var to =
                        output.baseAddress!.advanced(by: written).assumingMemoryBound(to: CChar.self)
                        as UnsafeMutablePointer<CChar>?
                    var (left, room) = (input.count - read, output.count - written)
                    let result = iconv(handle, &from, &left, &to, &room)
                    (read, written) = (input.count - left, output.count - room)
                    guard result == -1 || Int(bitPattern: UInt(bitPattern: result)) == -1 else { break }
                    if errno == EINVAL { break }
                    output[written] = 0xFF
                    (read, written) = (read + 1, written + 1)
                    _ = iconv(handle, nil, nil, nil, nil)
                }
            }
        }
        rest = Array(input[read...])
        return Array(output[..<written])
    }
}
