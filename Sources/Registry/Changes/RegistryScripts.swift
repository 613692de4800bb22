import Redis

/// The changes of the registry, each atomic. All take the same keys and first arguments (`RegistryWriter.change`). Each
/// raises the epoch, adds a line to the audit log (which keeps the newest 10,000) and notifies the workers, unless nothing changed. A change that needs a
/// sweep requests it in the same step.
extension Script {
    private static func registryChange(_ name: String, _ body: String) -> Script {
        Script(
            name,
            """
            local settings, epoch, audit, published, former, versions, artifacts, deleted = unpack(KEYS)
            local requests = { lead = KEYS[9], opportunity = KEYS[10] }
            \(requestFunction)
            local function recordChange(detail)
              redis.call('INCR', epoch)
              redis.call('XADD', audit, 'MAXLEN', '~', \(AuditLine.most), '*', 'action', ARGV[3], 'entity', ARGV[4], 'by', ARGV[5], 'what', detail)
              redis.call('PUBLISH', ARGV[1], ARGV[2])
            end
            -- What is published changed: the next sweep has to be a full one, even if the former version is back by then.
            local function countPublication() redis.call('HINCRBY', settings, 'publications:' .. ARGV[4], 1) end
            \(body)
            """)
    }

    /// Answer: 1 if it was created, 0 if it exists.
    static let createOrganization = registryChange(
        "org create",
        """
        if redis.call('EXISTS', settings) == 1 then return 0 end
        redis.call('HSET', settings, unpack(ARGV, 7))
        -- Never an epoch that an organization of this name had before Redis was emptied.
        redis.call('SET', epoch, redis.call('TIME')[1] .. '000000')
        recordChange(ARGV[6])
        return 1
        """)

    static let setOrganization = registryChange(
        "org set",
        """
        if redis.call('EXISTS', settings) == 0 then return redis.error_reply('ERR no such organization') end
        redis.call('HSET', settings, unpack(ARGV, 7))
        recordChange(ARGV[6])
        for i = 7, #ARGV, 2 do
          local entity = string.match(ARGV[i], '^grades:(.*)$')
          if entity then request(requests[entity], ARGV[2], 'grades') end
        end
        return 1
        """)

    /// Arguments: model, artifact. Answer: the number of the new version.
    static let addVersion = registryChange(
        "model add",
        """
        local version = redis.call('HINCRBY', versions, ARGV[7], 1)
        redis.call('HSET', artifacts, version .. ' ' .. ARGV[7], ARGV[8])
        redis.call('SREM', deleted, ARGV[7])
        recordChange(ARGV[7] .. ' ' .. version)
        return version
        """)

    /// Stores what `LineUpChange` worked out from a state of the registry, if that is still its state.
    ///
    /// Arguments: the epoch of that state; the line-up's document or empty for none; the request for a sweep or empty; a
    /// model to be marked as deleted, or empty; the documents of the former line-ups, the last one first. Answer: 1, or 0 if
    /// the registry changed meanwhile.
    static let setLineUp = registryChange(
        "model line-up",
        """
        if (redis.call('GET', epoch) or '') ~= ARGV[7] then return 0 end
        local isSame = (redis.call('GET', published) or '') == ARGV[8]
        if not isSame then
          if ARGV[8] == '' then redis.call('DEL', published) else redis.call('SET', published, ARGV[8]) end
          countPublication()
        end
        if ARGV[10] ~= '' then redis.call('SADD', deleted, ARGV[10]) end
        if not isSame or ARGV[10] ~= '' then
          redis.call('DEL', former)
          for i = 11, #ARGV do redis.call('RPUSH', former, ARGV[i]) end
          recordChange(ARGV[6])
        end
        if ARGV[9] ~= '' then request(requests[ARGV[4]], ARGV[2], ARGV[9]) end
        return 1
        """)
}
