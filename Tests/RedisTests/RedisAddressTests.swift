import Redis
import Testing

@Suite("A Redis's address")
struct RedisAddressTests {
    @Test("host, port, database, user and password are read and decoded")
    func parts() throws {
        let address = try RedisAddress("redis://me:p%40ss@r.example:6380/3")
        #expect(address.place == .tcp(host: "r.example", port: 6380))
        #expect(address.user == "me" && address.password == "p@ss" && address.database == 3)
        #expect(address.description == "redis://r.example:6380/3")
    }

    @Test("the defaults are 6379, database 0 and no login")
    func defaults() throws {
        let address = try RedisAddress("redis://r")
        #expect(address.place == .tcp(host: "r", port: 6379))
        #expect(address.user == nil && address.password == nil && address.database == 0)
    }

    @Test("a password may come without a user")
    func passwordAlone() throws {
        let address = try RedisAddress("redis://:secret@r")
        #expect(address.user == nil && address.password == "secret")
    }

    @Test("a socket's path may come with a database", arguments: ["unix:/run/r.sock?db=2", "unix:///run/r.sock?db=2"])
    func socket(text: String) throws {
        let address = try RedisAddress(text)
        #expect(address.place == .unix(path: "/run/r.sock") && address.database == 2)
        #expect(address.description == "unix:/run/r.sock?db=2")
    }

    @Test(
        "the error of a malformed address says what is wrong, without the password",
        arguments: [
            ("rediss://:secret@r", "no TLS"), ("http://:secret@r", "redis://"), ("redis:secret", "'//'"),
            ("redis://:secret@", "host is missing"), ("redis://:secret@r:99999", "port '99999'"),
            ("redis://:secret@r/x", "database 'x'"), ("redis://secret@r", "user without a password"),
            ("unix:relative", "not absolute"), ("unix:/s?x=1", "db=NUMBER"),
        ])
    func malformed(text: String, complaint: String) {
        let error = #expect(throws: RedisAddress.Malformed.self) { try RedisAddress(text) }
        #expect(error?.description.contains(complaint) == true)
        #expect(error?.description.contains("secret") == false)
    }
}
