/// Why a text is not a server's address. It contains no part of the text: each could be a part of a password whose special
/// characters were not percent-encoded.
public struct MalformedAddress: Error, Hashable, CustomStringConvertible {
    public let description: String

    package init(description: String) { self.description = description }
}
