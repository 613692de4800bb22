/// A mandatory message that was routed to no queue. Its confirm follows and is positive.
public struct ReturnedMessage: Sendable, Equatable {
    public var channel: UInt16
    /// 312: no queue is bound for it.
    public var code: Int
    public var text: String
    public var exchange: String
    public var routingKey: String
    public var properties: Properties
    public var body: [UInt8]
}
