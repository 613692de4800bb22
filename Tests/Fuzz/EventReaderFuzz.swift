import Contract
import Glibc
import LeadModel

// What deploy/fuzz gives to libFuzzer: any bytes as a body. No part of the package; built by deploy/fuzz alone.

private nonisolated(unsafe) let reader = EventReader()
private let now = Moment(milliseconds: 1_795_255_200_000)
private let keys = ["created", "imported", "updated", "deleted", "erased"].map { "acme.lead.\($0)" }
private let types = [nil, "application/cloudevents+json", "application/cloudevents-batch+json"]

/// The first byte says under which key and content type the rest comes.
@_cdecl("LLVMFuzzerTestOneInput")
public func readAnything(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    guard count > 0 else { return 0 }
    let (choice, body) = (Int(bytes[0]), Array(UnsafeBufferPointer(start: bytes + 1, count: count - 1)))
    let reading = reader.read(
        body: body, contentType: types[choice % types.count], routingKey: keys[choice / types.count % keys.count],
        now: now)
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
