/// The URL of a Redis for another user with password "secret".
///
/// - Parameter url: with or without a user and a password of its own.
public func redisURL(_ url: String, as user: String) -> String {
    let place = url.split(separator: "@").last.map(String.init) ?? url
    return "redis://\(user):secret@" + place.replacing("redis://", with: "")
}
