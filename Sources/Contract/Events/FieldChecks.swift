import LeadModel

// What is checked of a value wherever it stands. A refusal says what is allowed there, never what was found.

func required(_ node: JSONNode?, _ field: @autoclosure () -> String) throws(Refusal) -> JSONNode {
    guard let node else { throw Refusal(.missingField, field(), "is required") }
    return node
}

func text(_ node: JSONNode, _ field: @autoclosure () -> String) throws(Refusal) -> JSONText {
    guard node.kind == .text else { throw Refusal(.wrongType, field(), "must be a text") }
    return node.text
}

/// A text that may hold anything but is at most `most` bytes long.
func text(_ node: JSONNode, _ field: @autoclosure () -> String, most: Int) throws(Refusal) -> JSONText {
    let text = try text(node, field())
    guard text.count <= most else { throw Refusal(.tooLarge, field(), "is longer than \(most) bytes") }
    return text
}

/// A text that is a key somewhere: of some length, and without control characters.
func bounded(
    _ node: JSONNode, _ field: @autoclosure () -> String, _ lengths: ClosedRange<Int>
) throws(Refusal) -> JSONText {
    let text = try text(node, field())
    try check(key: text, field(), lengths)
    return text
}

func check(key text: JSONText, _ field: @autoclosure () -> String, _ lengths: ClosedRange<Int>) throws(Refusal) {
    guard text.count <= lengths.upperBound else {
        throw Refusal(.tooLarge, field(), "is longer than \(lengths.upperBound) bytes")
    }
    guard text.count >= lengths.lowerBound else { throw Refusal(.badValue, field(), "must not be empty") }
    guard !text.hasControlCharacter else {
        throw Refusal(.badValue, field(), "must not hold control characters")
    }
}

func moment(_ node: JSONNode, _ field: @autoclosure () -> String) throws(Refusal) -> Moment {
    let text = try text(node, field())
    guard let moment = Moment(rfc3339: text.bytes) else {
        throw Refusal(
            .badValue, field(), "must be RFC 3339 with an offset, like 2026-01-31T09:30:00Z, in the years 1 to 9999")
    }
    return moment
}
