import LeadModel

/// The members of a CloudEvent that mean something here. Others are extensions, which CloudEvents allows, and are not
/// read. A member that is null counts as absent, as CloudEvents says.
struct Envelope {
    var id, source, specversion, type, subject, time: JSONNode?
    var datacontenttype, data, dataBase64: JSONNode?
    var organization, sequence: JSONNode?

    init(_ object: JSONNode) {
        for (key, value) in object.members where value.kind != .null {
            switch key.count {
            case 2 where key == "id": id = value
            case 4:
                if key == "type" {
                    type = value
                } else if key == "time" {
                    time = value
                } else if key == "data" {
                    data = value
                }
            case 6 where key == "source": source = value
            case 7 where key == "subject": subject = value
            case 8 where key == "sequence": sequence = value
            case 11:
                if key == "specversion" {
                    specversion = value
                } else if key == "data_base64" {
                    dataBase64 = value
                }
            case 12 where key == "organization": organization = value
            case 15 where key == "datacontenttype": datacontenttype = value
            default: break
            }
        }
    }
}
