import Redis

extension Script {
    /// The one atomic step by which a partition's records change: for each, compare-and-set on the revision, the new
    /// state, its dirty mark; the usage of those that were scored; the dictionary's new names.
    ///
    /// Keys: records, names, dirty, usage. Arguments: incarnation, length of the dictionary that the new names stand
    /// behind, number of new names, the new names, month, day; then for each record: id, expected revision (8 bytes, or
    /// empty: not stored yet), blob, flags (1 pending, 2 scored, 4 counted in its month).
    ///
    /// Answer: a list, empty if all was done. `-1` alone: the dictionary is not the one that the blobs were written
    /// with, and nothing was done. Else the places (from 1) of the records that stood at another revision.
    ///
    /// `package`: the benchmark gives it to workers in other languages.
    package static let commit = Script(
        "commit",
        """
        local records, names, dirty, usage = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
        local incarnation, length, fresh = redis.call('LINDEX', names, 0), tonumber(ARGV[2]), tonumber(ARGV[3])
        if incarnation and incarnation ~= ARGV[1] then return {-1} end
        if fresh > 0 and incarnation and redis.call('LLEN', names) ~= length then return {-1} end
        if not incarnation and length ~= 1 then return {-1} end
        if not incarnation then redis.call('RPUSH', names, ARGV[1]) end
        for i = 4, 3 + fresh do redis.call('RPUSH', names, ARGV[i]) end

        local month, day, first = ARGV[4 + fresh], ARGV[5 + fresh], 6 + fresh
        local ids, sets, pending, settled, conflicts = {}, {}, {}, {}, {}
        for i = first, #ARGV, 4 do ids[#ids + 1] = ARGV[i] end
        local stored = redis.call('HMGET', records, unpack(ids))
        local scorings, counted = 0, 0
        for n, id in ipairs(ids) do
          local i, revision = first + (n - 1) * 4, ''
          if stored[n] then revision = string.sub(stored[n], \(RecordBlob.revisionRange)) end
          if revision ~= ARGV[i + 1] then
            conflicts[#conflicts + 1] = n
          else
            local flags = tonumber(ARGV[i + 3])
            sets[#sets + 1] = id
            sets[#sets + 1] = ARGV[i + 2]
            if flags % 2 >= 1 then pending[#pending + 1] = id else settled[#settled + 1] = id end
            if flags % 4 >= 2 then scorings = scorings + 1 end
            if flags >= 4 then counted = counted + 1 end
          end
        end
        if #sets > 0 then redis.call('HSET', records, unpack(sets)) end
        if #pending > 0 then redis.call('SADD', dirty, unpack(pending)) end
        if #settled > 0 then redis.call('SREM', dirty, unpack(settled)) end
        if scorings > 0 then
          redis.call('HINCRBY', usage, month .. ':scorings', scorings)
          redis.call('HINCRBY', usage, day .. ':scorings', scorings)
        end
        if counted > 0 then
          redis.call('HINCRBY', usage, month .. ':records', counted)
          redis.call('HINCRBY', usage, day .. ':records', counted)
        end
        return conflicts
        """)
}
