internal import CRabbitMQ

/// Opening and closing channels.
extension RabbitConnection {
    /// Opens a channel and returns its number, from 1.
    public func openChannel() throws(RabbitError) -> UInt16 {
        let number = UInt16(channels.dropFirst().firstIndex { $0 == nil } ?? channels.count)
        if Int(number) == channels.count { channels.append(nil) }
        let opened = ChannelState()
        channels[Int(number)] = opened
        do {
            try call(
                amqp_channel_open_t(out_of_band: amqp_bytes_t()), AMQP_CHANNEL_OPEN_METHOD, on: number,
                during: "channel.open", expecting: AMQP_CHANNEL_OPEN_OK_METHOD
            ) { _ in }
        } catch {
            channels[Int(number)] = nil
            throw error
        }
        return number
    }

    /// Closes a channel, if it is open. The broker requeues its unacked deliveries.
    public func closeChannel(_ number: UInt16) throws(RabbitError) {
        guard let channel = channel(number) else { return }
        channel.isClosing = true
        try call(
            amqp_channel_close_t(reply_code: 200, reply_text: amqp_bytes_t(), class_id: 0, method_id: 0),
            AMQP_CHANNEL_CLOSE_METHOD, on: number, during: "channel.close", expecting: AMQP_CHANNEL_CLOSE_OK_METHOD
        ) { _ in }
        channels[Int(number)] = nil
        pending.removeAll {
            if case .event(.delivery(let delivery)) = $0 { delivery.channel == number } else { false }
        }
    }

    public func isOpen(channel number: UInt16) -> Bool { isOpen && channel(number) != nil }

    func channel(_ number: UInt16) -> ChannelState? {
        Int(number) < channels.count ? channels[Int(number)] : nil
    }

    /// Throws `.misuse` unless the channel is open: sending on a closed channel would end the connection.
    func requireOpen(_ number: UInt16, for operation: @autoclosure () -> String) throws(RabbitError) {
        guard channel(number) == nil else { return }
        throw .misuse(target: address.description, during: operation(), cause: "channel \(number) is not open")
    }

    func forget(channel number: UInt16) {
        if Int(number) < channels.count { channels[Int(number)] = nil }
    }
}
