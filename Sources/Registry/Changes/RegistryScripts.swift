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
            -- The published version changed: the next sweep has to be a full one, even if the former version is back by then.
            local function countPublication() redis.call('HINCRBY', settings, 'publications:' .. ARGV[4], 1) end
            -- People read the model before its version; a pointer has the version first.
            local function words(pointer) return (string.gsub(pointer, '^(%d+) (.*)$', '%2 %1')) end
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

    /// Arguments: model, version or empty for the newest, 1 to start a sweep. Answer: the pointer that is published now, or
    /// nil if there is no such version.
    ///
    /// The first version ever starts a sweep by itself: stored records wait for it.
    static let publish = registryChange(
        "model publish",
        """
        local version = ARGV[8]
        if version == '' then version = redis.call('HGET', versions, ARGV[7]) end
        if not version or redis.call('SISMEMBER', deleted, ARGV[7]) == 1 then return false end
        local pointer = version .. ' ' .. ARGV[7]
        if redis.call('HEXISTS', artifacts, pointer) == 0 then return false end
        local current = redis.call('GET', published)
        if current ~= pointer then
          if current then redis.call('LPUSH', former, current) end
          redis.call('SET', published, pointer)
          countPublication()
          recordChange(words(pointer))
        end
        local isFirst = not current and redis.call('EXISTS', former) == 0
        if isFirst or ARGV[9] == '1' then request(requests[ARGV[4]], ARGV[2], 'run') end
        return pointer
        """)

    /// Answer: the pointer that is published again, or nil if none was published before.
    static let rollback = registryChange(
        "model rollback",
        """
        local pointer = redis.call('LPOP', former)
        if not pointer then return false end
        redis.call('SET', published, pointer)
        countPublication()
        recordChange(words(pointer))
        return pointer
        """)

    /// Arguments: model. Answer: 1, with the pointer removed if it is to this model; 0 if there is no such model.
    static let deleteModel = registryChange(
        "model delete",
        """
        if redis.call('HEXISTS', versions, ARGV[7]) == 0 or redis.call('SADD', deleted, ARGV[7]) == 0 then return 0 end
        local function isOf(pointer) return string.gsub(pointer, '^%d+ ', '', 1) == ARGV[7] end
        local current = redis.call('GET', published)
        if current and isOf(current) then
          redis.call('DEL', published)
          countPublication()
          request(requests[ARGV[4]], ARGV[2], 'unscored')
        end
        for _, pointer in ipairs(redis.call('LRANGE', former, 0, -1)) do
          if isOf(pointer) then redis.call('LREM', former, 0, pointer) end
        end
        recordChange(ARGV[7])
        return 1
        """)
}
