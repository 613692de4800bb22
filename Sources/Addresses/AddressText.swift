/// The parts that the URLs of all servers have: user, password, host and port, each possibly percent-encoded.
package enum AddressText {
    /// Takes `user:password@` off the beginning of a text.
    ///
    /// - Returns: nil if there is no `@`. An empty user is nil, as is a password without `:`.
    package static func takeCredentials(
        _ rest: inout Substring
    ) throws(MalformedAddress) -> (user: String?, password: String?)? {
        guard let at = rest.lastIndex(of: "@") else { return nil }
        var name = rest[..<at]
        rest = rest[rest.index(after: at)...]
        let secret = name.cutTail(from: ":")
        return (
            name.isEmpty ? nil : try decoded(name, "user"),
            try secret.map { (text) throws(MalformedAddress) in try decoded(text, "password") }
        )
    }

    /// A host, or an IPv6 address in brackets, and a port if there is one.
    ///
    /// - Parameter advice: which characters a password must not contain as they are, for a port that is none.
    package static func hostAndPort(
        _ text: Substring, advice: String
    ) throws(MalformedAddress) -> (host: String, port: UInt16?) {
        var name = text
        var digits: Substring?
        if name.first == "[" {
            guard let end = name.firstIndex(of: "]") else {
                throw MalformedAddress(description: "the host begins with '[' but has no ']'")
            }
            var tail = name[name.index(after: end)...]
            name = name[name.index(after: name.startIndex)..<end]
            digits = tail.cutTail(from: ":")
            guard tail.isEmpty else { throw MalformedAddress(description: "only a port may follow the host's ']'") }
        } else {
            digits = name.cutTail(from: ":")
        }
        guard !name.isEmpty else { throw MalformedAddress(description: "the host is missing") }
        let host = try decoded(name, "host")
        guard host.utf8.allSatisfy(isOfHost) else {
            throw MalformedAddress(description: "the host has characters that no host name or IP address has")
        }
        guard let digits else { return (host, nil) }
        guard let port = UInt16(digits), port > 0 else {
            throw MalformedAddress(
                description: "what follows the host's ':' is not a port from 1 to 65535; in a password write \(advice)")
        }
        return (host, port)
    }

    /// - Parameter part: what the text is, for the error.
    package static func decoded(_ text: Substring, _ part: String) throws(MalformedAddress) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit) else {
                throw MalformedAddress(description: "a '%' in the \(part) is not followed by two hex digits")
            }
            bytes.append(high << 4 | low)
        }
        guard let result = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw MalformedAddress(description: "the \(part) is not valid text after percent-decoding")
        }
        return result
    }

    /// Percent-encodes all but letters, digits, `-`, `.` and `_`.
    package static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return isPlain(byte) ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + digits
        }.joined()
    }

    /// Letters, digits, `-`, `.` and `_`, and what an IPv6 address has: `:`, and `%` before a zone.
    private static func isOfHost(_ byte: UInt8) -> Bool {
        isPlain(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "%")
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        let character = Character(UnicodeScalar(byte))
        return byte < 128 && (character.isLetter || character.isNumber || "-._".contains(character))
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        Character(UnicodeScalar(byte)).hexDigitValue.map(UInt8.init)
    }
}

extension Substring {
    /// Removes the first `mark` and everything after it; returns the text after it.
    package mutating func cutTail(from mark: Character) -> Substring? {
        guard let position = firstIndex(of: mark) else { return nil }
        let tail = self[index(after: position)...]
        self = self[..<position]
        return tail
    }
}
