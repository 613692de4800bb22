import Contract
import Rabbit

// What goes on of the properties that a message's publisher set.

extension ReceivedMessage {
    /// Its properties for publishing it again. What could not go on when it was rejected or requeued before is still named.
    public var forwardedProperties: Properties {
        var copy = properties.forwarded
        let note = Names.Header.headersDropped
        if [Names.dead.name, Names.again.name].contains(exchange), copy.headers[note] == nil {
            copy.headers[note] = properties.headers[note]
        }
        return copy
    }
}

extension Properties {
    /// A copy for publishing the message again: without what the broker owns or would refuse, and without our headers,
    /// which only we may set. Headers go on as the bytes that they came as. What can't go on is named in
    /// `leadline-headers-dropped`.
    public var forwarded: Properties {
        var copy = self
        copy.headers.removeReceived(where: Self.isOursOrTheBrokers)
        var dropped = copy.removeInvalidTexts()
        if !copy.headers.canGoOn {
            // In binary mode some of them are the event itself.
            copy.headers.removeReceived { !EventMessage.isAttribute($0) }
            if !copy.headers.canGoOn { copy.headers.removeAllReceived() }
            dropped.append("headers")
        }
        return copy.noting(dropped)
    }

    /// Nothing that the publisher set, except for what says how the body is read, if it is valid.
    var dropped: Properties {
        var kept = Properties(contentType: invalid.contains(.contentType) ? nil : contentType)
        kept.contentEncoding = invalid.contains(.contentEncoding) ? nil : contentEncoding
        return kept.noting(["headers", "properties"])
    }

    private func noting(_ dropped: [String]) -> Properties {
        var copy = self
        // The broker refuses an expiration that is not a number, and a rejected message has its queue's.
        (copy.expiration, copy.deliveryMode, copy.invalid) = (nil, .persistent, [])
        if !dropped.isEmpty {
            copy.headers[Names.Header.headersDropped] = .text(dropped.sorted().joined(separator: ", "))
        }
        return copy
    }

    private mutating func removeInvalidTexts() -> [String] {
        let texts: [(Text, WritableKeyPath<Properties, String?>)] = [
            (.contentType, \.contentType), (.contentEncoding, \.contentEncoding), (.correlationID, \.correlationID),
            (.replyTo, \.replyTo), (.messageID, \.messageID), (.type, \.type), (.appID, \.appID),
        ]
        return texts.filter { invalid.contains($0.0) }.map { name, path in
            self[keyPath: path] = nil
            return name.rawValue
        }
    }

    private static func isOursOrTheBrokers(_ name: ArraySlice<UInt8>) -> Bool {
        ["leadline-", "x-death", "x-first-death", "x-last-death", "x-delivery-count"].contains {
            name.starts(with: $0.utf8)
        }
    }
}
