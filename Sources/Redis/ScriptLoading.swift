/// Loading scripts and calling them by digest.
extension RedisConnection {
    func digest(of script: Script) throws(RedisError) -> [UInt8] {
        if let known = digests[ObjectIdentifier(script)] { return known.digest }
        return try load(script)
    }

    @discardableResult
    private func load(_ script: Script) throws(RedisError) -> [UInt8] {
        let reply: Reply
        do {
            reply = try call("SCRIPT", "LOAD", script.source)
        } catch .refused(let target, _, let message) {
            throw .refused(target: target, command: "SCRIPT LOAD \(script.name)", message: message)
        }
        guard let digest = reply.bytes, digest.count == Script.digestLength else {
            throw unexpected(reply, to: "SCRIPT LOAD \(script.name)")
        }
        digests[ObjectIdentifier(script)] = (script, digest)
        return digest
    }

    /// A call that was answered with NOSCRIPT was not executed, so it is safe to send it again.
    func repeatMissingScripts(_ pipeline: Pipeline, _ replies: inout [Reply]) throws(RedisError) {
        let missing = pipeline.scripts.filter { Self.isMissingScript(replies[$0.command]) }
        var loaded: Set<ObjectIdentifier> = []
        for (_, script, _) in missing where loaded.insert(ObjectIdentifier(script)).inserted { try load(script) }
        for (command, _, _) in missing { try send(pipeline.bytes[pipeline.command(command)], pipeline) }
        let answers = try self.replies(to: pipeline, missing.map(\.command))
        for (answer, call) in zip(answers, missing) { replies[call.command] = answer }
    }

    static func isMissingScript(_ reply: Reply) -> Bool {
        if case .error(let message) = reply { message.hasPrefix("NOSCRIPT") } else { false }
    }
}
