import TestKit

/// For commands that need no broker: the shared Redis, and a broker that is not there.
func onlyRedis() throws -> [String: String] {
    ["LEADLINE_REDIS_URL": try TestServers.redisURL, "LEADLINE_BROKER_URL": "amqp://127.0.0.1:1"]
}

/// The same with a stage's database.
func onlyRedis(of stage: Stage) -> [String: String] {
    ["LEADLINE_REDIS_URL": stage.redis.url, "LEADLINE_BROKER_URL": "amqp://127.0.0.1:1"]
}
