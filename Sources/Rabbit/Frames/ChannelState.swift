/// The reading state of an open channel.
final class ChannelState {
    var content = ContentAssembly()
    var recentTag = RecentText()
    var recentExchange = RecentText()
    /// True once its close was requested: deliveries can no longer be acked and are dropped.
    var isClosing = false
}
