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
        "its URL is the whole address again",
        arguments: [
            "amqp://me%40home:p%3Aw%2Fd%27@broker.example:5673/sales%2Fwest", "amqp://[fe80::1%25eth0]:1/%2F",
            "amqps://u:p@b/v?cacertfile=/etc/a%40b.pem&certfile=/c&keyfile=/k&verify=verify_none",
        ])
    func url(text: String) throws {
        let address = try RabbitAddress(text)
        #expect(try RabbitAddress(address.url) == address)
        #expect(!address.url.contains("'"), "a shell can quote it")
    }

    @Test(
        "no part of a password is shown, whichever of its characters should have been percent-encoded",
        arguments: Array("/?#@:%[]&= \\'"))
    func unencoded(mark: Character) {
        for other in "/?#@:%[]&= \\'" {
            let password = "Xq7\(mark)Zw9\(other)Kd4"
            for text in [
                "amqp://u:\(password)@b:5672/v", "amqps://u:\(password)@b", "amqp://:\(password)@b/v?x=1",
                "amqp://u:Xq7\(mark)", "amqp:/u:\(password)@b", "u:\(password)@b:5672", "\(password)",
                "\(password)://b", "amqp://u:12\(mark)34\(other)\(password)@b", "amqp://b/v?password=\(password)",
                "amqps://b/v?password=\(password)", "amqps://b/v?verify=\(password)", "amqp://b/x/\(password)",
            ] {
                let shown: String
                do { shown = try RabbitAddress(text).description } catch { shown = error.description }
                #expect(!["Xq7", "Zw9", "Kd4", "12", "34"].contains { shown.contains($0) }, "\(text): \(shown)")
            }
        }
    }

    @Test(
        "the error of a malformed address says what is wrong, without the password",
        arguments: [
            ("b:5672", "amqp://"), ("http://u:secret@b", "amqp://"), ("amqp://u:secret@:5672", "host is missing"),
            ("amqp://u:secret@b:0", "not a port"), ("amqp://u:secret@b:x", "not a port"),
            ("amqp://u:secret@b_c d", "no host name"), ("amqps://u:secret@b?secret=1", "the options are"),
            ("amqp://u:1/secret@b", "%2F"), ("amqp://u:1?secret@b", "%3F"),
            ("amqp://u:secret@b/a/b", "%2F"), ("amqp://u:secret%2@b", "'%' in the password"),
            ("amqp://u:secret@b/%FF", "virtual host is not valid text"), ("amqp://u:secret@b?verify=x", "amqps"),
        ])
    func malformed(text: String, complaint: String) {
        let error = #expect(throws: RabbitAddress.Malformed.self) { try RabbitAddress(text) }
        #expect(error?.description.contains(complaint) == true)
        #expect(error?.description.contains("secret") == false)
    }
}
