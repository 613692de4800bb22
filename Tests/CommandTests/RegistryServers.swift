import TestKit

/// Settings of the shared Redis, and of a broker that is not there: for commands that need none.
func onlyRedis() throws -> [String: String] {
    ["LEADLINE_REDIS_URL": try TestServers.redisURL, "LEADLINE_BROKER_URL": "amqp://127.0.0.1:1"]
}
