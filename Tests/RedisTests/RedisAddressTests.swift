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
        "its URL is the whole address again",
        arguments: [
            "redis://me:p%40s%27s@r.example:6380/3", "redis://:p@[::1]", "redis://r", "unix:/run/my%3Fr.sock?db=2",
        ])
    func url(text: String) throws {
        let address = try RedisAddress(text)
        #expect(try RedisAddress(address.url) == address)
        #expect(!address.url.contains("'"), "a shell can quote it")
    }

    @Test(
        "no part of a password is shown, whichever of its characters should have been percent-encoded",
        arguments: Array("/?#@:%[]&= \\'"))
    func unencoded(mark: Character) {
        for other in "/?#@:%[]&= \\'" {
            let password = "Xq7\(mark)Zw9\(other)Kd4"
            for text in [
                "redis://u:\(password)@r:6379/0", "redis://:\(password)@r", "redis://u:Xq7\(mark)",
                "redis:\(password)",
                "redis://:12\(mark)34\(other)\(password)@r/1", "rediss://:\(password)@r", "u:\(password)@r:6379",
                "\(password)", "unix:\(password)@/run/r.sock", "unix:/r.sock?password=\(password)",
                "unix:/r.sock?db=\(password)", "unix:/r.sock?db=0&password=\(password)",
            ] {
                let shown: String
                do { shown = try RedisAddress(text).description } catch { shown = error.description }
                #expect(!["Xq7", "Zw9", "Kd4", "12", "34"].contains { shown.contains($0) }, "\(text): \(shown)")
            }
        }
    }

    @Test(
        "the error of a malformed address says what is wrong, without the password",
        arguments: [
            ("rediss://:secret@r", "no TLS"), ("http://:secret@r", "redis://"), ("redis:secret", "'//'"),
            ("redis://:secret@", "host is missing"), ("redis://:secret@r:99999", "not a port"),
            ("redis://:secret@r/x", "database is not a number"), ("redis://:secret@r s", "no host name"),
            ("redis://secret@r", "user without a password"),
            ("unix:relative", "not absolute"), ("unix:/s?x=1", "db=NUMBER"),
        ])
    func malformed(text: String, complaint: String) {
        let error = #expect(throws: RedisAddress.Malformed.self) { try RedisAddress(text) }
        #expect(error?.description.contains(complaint) == true)
        #expect(error?.description.contains("secret") == false)
    }
}
