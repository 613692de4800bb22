import Redis

extension Script {
    /// The only way in which a partition's records change, in one atomic step: for each record compare-and-set on its
    /// revision, its pending mark and its entries in the schedule; the usage of the scored ones; the dictionary's new names.
    ///
    /// Keys: records, names, dirty, usage, sweep, schedule, fanOuts. Arguments: incarnation, length of the dictionary
    /// that the new names follow, number of new names, the new names, month, day, schedule of the day's counters,
    /// epoch of the registry that scored, fencing token of the sweep (empty: no sweep's work); then for each record: id,
    /// expected revision (8 bytes, or empty: not stored yet), blob, flags (1 pending, 2 scored, 4 counted in its month,
    /// 8 its referrers need a fan-out), schedule (see `ScheduleChange.text`; mostly empty).
    ///
    /// The hash `sweep` notes the length of the dictionary: a shorter one has lost names, and new names would get the ids of
    /// lost ones.
    ///
    /// Answer: an empty list if everything was stored. A single negative number if nothing was: -1 the blobs were written
    /// with another dictionary, -2 the partition's sweep began with a newer registry than the scorings', -3 the token is no
    /// longer the partition's, -4 the dictionary has lost names. Otherwise the positions (from 1) of the records that have another revision.
    ///
    /// `package`: the benchmark gives it to workers in other languages.
    package static let commit = Script(
        "commit",
        """
        local records, names, dirty, usage, sweep, schedule, fanOuts = unpack(KEYS)
        local incarnation, length, fresh = redis.call('LINDEX', names, 0), tonumber(ARGV[2]), tonumber(ARGV[3])
        local month, day, dayExpiry, epoch, token = unpack(ARGV, 4 + fresh, 8 + fresh)
        local accepted = redis.call('HMGET', sweep, 'epoch', 'token', 'names')
        if (tonumber(accepted[3] or '') or 0) > (incarnation and redis.call('LLEN', names) or 0) then return {-4} end
        if incarnation and incarnation ~= ARGV[1] then return {-1} end
        if fresh > 0 and incarnation and redis.call('LLEN', names) ~= length then return {-1} end
        if not incarnation and length ~= 1 then return {-1} end
        if token ~= '' and accepted[2] ~= token then return {-3} end
        local first = 9 + fresh
        -- No registry gets that far: a number beyond is damage.
        local noted = tonumber(accepted[1] or '') or 0
        if noted < \(EpochRepair.bound) and tonumber(epoch) < noted then
          for i = first, #ARGV, 5 do
            local flags = tonumber(ARGV[i + 3])
            if flags % 4 >= 2 or (token == '' and flags % 2 == 1) then return {-2} end
          end
        end
        if not incarnation then redis.call('RPUSH', names, ARGV[1]) end
        for i = 4, 3 + fresh do redis.call('RPUSH', names, ARGV[i]) end
        if fresh > 0 or not accepted[3] then redis.call('HSET', sweep, 'names', length + fresh) end

        local function expire(changes)
          local at = 1
          while at <= #changes do
            local _, last, change, due, size = string.find(changes, '^(.)(%d*) (%d+):', at)
            local member = string.sub(changes, last + 1, last + size)
            at = last + 1 + size
            if change == '-' then redis.call('ZREM', schedule, member)
            elseif change == '=' then redis.call('ZADD', schedule, due, member)
            else redis.call('ZADD', schedule, 'NX', due, member) end
          end
        end

        local ids, sets, pending, settled, conflicts, seen = {}, {}, {}, {}, {}, {}
        for i = first, #ARGV, 5 do ids[#ids + 1] = ARGV[i] end
        local stored = redis.call('HMGET', records, unpack(ids))
        local scorings, counted = 0, 0
        for n, id in ipairs(ids) do
          local i, revision = first + (n - 1) * 5, ''
          if stored[n] then revision = string.sub(stored[n], \(RecordBlob.revisionRange)) end
          if revision ~= ARGV[i + 1] or seen[id] then
            conflicts[#conflicts + 1] = n
          else
            local flags = tonumber(ARGV[i + 3])
            seen[id] = true
            sets[#sets + 1] = id
            sets[#sets + 1] = ARGV[i + 2]
            if flags % 2 >= 1 then pending[#pending + 1] = id else settled[#settled + 1] = id end
            if flags % 4 >= 2 then scorings = scorings + 1 end
            if flags % 8 >= 4 then counted = counted + 1 end
            if flags >= 8 then redis.call('HSET', fanOuts, id, string.sub(ARGV[i + 2], \(RecordBlob.revisionRange))) end
            expire(ARGV[i + 4])
          end
        end
        -- A key of another type raises an error. The records are stored last, so that then none is.
        if #pending > 0 then redis.call('SADD', dirty, unpack(pending)) end
        if #settled > 0 then redis.call('SREM', dirty, unpack(settled)) end
        -- A counter that is no number, or would overflow, starts again; what was there stays under another name.
        local function count(field, number)
          local sum = redis.pcall('HINCRBY', usage, field, number)
          if type(sum) == 'number' then return sum end
          redis.call('HSET', usage, field .. ':damaged', redis.call('HGET', usage, field) or '')
          redis.call('HSET', usage, field, number)
          return number
        end
        if scorings > 0 then
          count(month .. ':scorings', scorings)
          if count(day .. ':scorings', scorings) == scorings then expire(dayExpiry) end
        end
        if counted > 0 then
          count(month .. ':records', counted)
          count(day .. ':records', counted)
        end
        if #sets > 0 then redis.call('HSET', records, unpack(sets)) end
        return conflicts
        """)
}
