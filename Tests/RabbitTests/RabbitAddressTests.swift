import Rabbit
import Testing

@Suite("A broker's address")
struct RabbitAddressTests {
    @Test("every part may be percent-encoded")
    func decodes() throws {
        let address = try RabbitAddress("amqp://me%40home:p%3Aw%2Fd@broker.example:5673/sales%2Fwest")
        #expect(address.user == "me@home")
        #expect(address.password == "p:w/d")
        #expect(address.host == "broker.example")
        #expect(address.port == 5673)
        #expect(address.virtualHost == "sales/west")
        #expect(address.security == nil)
    }

    @Test(
        "the defaults are guest, 5672 and the virtual host /", arguments: ["amqp://b", "amqp://b/", "amqp://b/%2F"])
    func defaults(text: String) throws {
        let address = try RabbitAddress(text)
        #expect(address.user == "guest" && address.password == "guest")
        #expect(address.port == 5672 && address.virtualHost == "/")
    }

    @Test("amqps uses port 5671 and verifies the broker unless verify_none is set")
    func security() throws {
        let address = try RabbitAddress("amqps://b?cacertfile=/etc/ca.pem")
        #expect(address.port == 5671)
        #expect(address.security?.authorities == "/etc/ca.pem")
        #expect(address.security?.verifiesPeer == true)
        #expect(try RabbitAddress("amqps://b/v?verify=verify_none").security?.verifiesPeer == false)
    }

    @Test("an IPv6 host is written in brackets")
    func sixth() throws {
        let address = try RabbitAddress("amqp://[::1]:5673/")
        #expect(address.host == "::1" && address.port == 5673)
        #expect(address.description == "amqp://[::1]:5673/%2F")
    }

    @Test("its description shows neither user nor password")
    func description() throws {
        let address = try RabbitAddress("amqp://someone:secret@b:1/v")
        #expect(address.description == "amqp://b:1/v")
    }

    @Test(
        "the error of a malformed address says what is wrong, without the password",
        arguments: [
            ("b:5672", "amqp://"), ("http://u:secret@b", "'http'"), ("amqp://u:secret@:5672", "host is missing"),
            ("amqp://u:secret@b:0", "port '0'"), ("amqp://u:secret@b:x", "port 'x'"),
            ("amqp://u:secret@b/a/b", "%2F"), ("amqp://u:secret%2@b", "'%' in the password"),
            ("amqp://u:secret@b/%FF", "virtual host is not valid text"), ("amqp://u:secret@b?verify=x", "amqps"),
        ])
    func malformed(text: String, complaint: String) {
        let error = #expect(throws: RabbitAddress.Malformed.self) { try RabbitAddress(text) }
        #expect(error?.description.contains(complaint) == true)
        #expect(error?.description.contains("secret") == false)
    }
}
