import Contract
import Glibc
import LeadModel

// What deploy/fuzz gives to libFuzzer: any bytes as a body. No part of the package; built by deploy/fuzz alone.

private nonisolated(unsafe) let reader = EventReader()
private let now = Moment(milliseconds: 1_795_255_200_000)
private let keys = ["created", "imported", "updated", "deleted", "erased"].map { "acme.lead.\($0)" }
private let encodings = [nil, "gzip", "deflate"]
private let attributes: [(name: String, value: EventMessage.Attribute)] = [
    ("specversion", .text("1.0")), ("id", .text("1")), ("source", .text("crm")), ("subject", .text("L1")),
    ("type", .text("leadline.lead.created")), ("organization", .text("acme")), ("time", .integer(1_795_255_200_000)),
]
private let types = [nil, "application/cloudevents+json", "application/cloudevents-batch+json"]

/// The first byte says under which key, content type and content encoding the rest comes, and whether it is in binary mode.
@_cdecl("LLVMFuzzerTestOneInput")
public func readAnything(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    guard count > 0 else { return 0 }
    let (choice, body) = (Int(bytes[0]), Array(UnsafeBufferPointer(start: bytes + 1, count: count - 1)))
    let shape = choice / (types.count * keys.count)
    let message = EventMessage(
        body: body, contentType: types[choice % types.count], contentEncoding: encodings[shape % encodings.count],
        attributes: shape / encodings.count % 2 == 1 ? attributes : [])
    let reading = reader.read(message, routingKey: keys[choice / types.count % keys.count], now: now)
    guard case .elements(let elements) = reading.content else { return 0 }
    precondition(!elements.isEmpty, "neither events nor a refusal")
    for element in elements {
        switch element {
        case .refused(let refusal, let bytes): precondition(!refusal.message.isEmpty && !bytes.isEmpty)
        case .event(let event), .adjusted(let event, _):
            precondition((1...200).contains(event.recordID.text.utf8.count), "a record id beyond its limit")
            precondition(event.fields.count <= 520, "more fields than there may be")
            var record = Record()
            record.merge([event])
        }
    }
    return 0
}
