import Redis

/// The steps of a partition's sweep, each atomic. Fields of the hash `sweep`:
///
///     started   the number of the sweep that was started last; it only rises
///     epoch     of the registry at that start: the commit script refuses scorings of an older one
///     signature the published version, the window and the count of publications of the last sweep that scored
///     scores    1: records that are pending or scored by another version are due in this sweep
///     to        the target queues of a republication, one a line; * is all
///     filling   open, shown or both: the records that are still being added to the work set; empty: done
///     token     of the current lease; a holder with another token is fenced off
///     lease     milliseconds of Redis's clock at which the lease lapses
///     total     records that this sweep has added to its work set so far
///     expiring  1: the schedule has due entries
///     names     the length of the partition's dictionary of names, which only grows
///
/// A step with a token that is no longer the partition's changes nothing and answers nil.
extension Script {
    /// Redis's clock in milliseconds, never a clock that a test sets: leases coordinate running processes.
    private static let clock = """
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        """

    private static func heldStep(_ name: String, _ body: String) -> Script {
        Script(
            name,
            """
            local sweep, work, inflight = KEYS[1], KEYS[2], KEYS[3]
            if redis.call('HGET', sweep, 'token') ~= ARGV[1] then return false end
            \(body)
            """)
    }

    /// Keys: sweep, work, inflight, dirty, schedule. Arguments: number, epoch, signature or empty (nothing is published),
    /// 1 if the scorecard uses time, organization, then the requests, `<number> <what>`, including the daily one.
    /// Answer: started, there, busy or old.
    static let startSweep = Script(
        "sweep start",
        """
        local sweep, work, inflight, dirty, schedule = unpack(KEYS)
        local number, epoch, signature, organization = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], ARGV[5]
        local state = redis.call('HMGET', sweep, 'started', 'filling', 'epoch', 'signature')
        local started, noted = tonumber(state[1] or 0) or 0, tonumber(state[3] or 0) or 0
        if started >= number then return 'there' end
        if epoch < noted and noted < \(EpochRepair.bound) then return 'old' end
        if redis.call('EXISTS', work) + redis.call('EXISTS', inflight) > 0 or (state[2] or '') ~= '' then return 'busy' end

        local scores, open, shown, forgets, targets = false, false, false, false, {}
        for i = 6, #ARGV do
          local asked, what = string.match(ARGV[i], '^(%d+) (.*)$')
          asked = tonumber(asked)
          if asked > started and asked <= number then
            if what == 'run' then
              scores = scores or signature ~= ''
            elseif what == 'grades' then
              open = true
            elseif what == 'unscored' then
              open, forgets = true, true
            else
              shown = true
              targets[#targets + 1] = string.match(what, '^republish (.*)$') or '*'
            end
          end
        end
        local total = 0
        if scores then
          open = open or signature ~= state[4] or ARGV[4] == '1'
          if redis.call('EXISTS', dirty) == 1 then
            redis.call('RENAME', dirty, work)
            total = redis.call('SCARD', work)
          end
          redis.call('HSET', sweep, 'signature', signature)
        elseif forgets then
          -- Otherwise, if the same version were published again after its scores were removed, it would get no full sweep.
          redis.call('HDEL', sweep, 'signature')
        end
        local filling = open and shown and 'both' or open and 'open' or shown and 'shown' or ''
        local due = redis.call('ZRANGEBYSCORE', schedule, '-inf', number, 'LIMIT', 0, 1)
        redis.call('HSET', sweep, 'started', ARGV[1], 'epoch', ARGV[2], 'scores', scores and 1 or 0,
          'to', table.concat(targets, '\\n'), 'filling', filling, 'lease', 0, 'total', total, 'expiring', #due)
        redis.call('HINCRBY', sweep, 'token', 1)
        if total + #due > 0 or filling ~= '' then redis.call('PUBLISH', '\(Keyspace.sweeps)', organization) end
        return 'started'
        """)

    /// Keys: sweep, work, inflight, fanOuts. Argument: milliseconds of the lease. Answer: nil if there is nothing to do
    /// or another holds it; else token, number, scores, targets, filling, expiring, 1 if fan-outs are pending, then the ids
    /// that a former holder had in flight.
    static let takeSweep = Script(
        "sweep take",
        """
        local sweep, work, inflight, fanOuts = unpack(KEYS)
        local state = redis.call('HMGET', sweep, 'lease', 'started', 'scores', 'to', 'filling', 'expiring')
        local pending = redis.call('EXISTS', fanOuts)
        local sets = redis.call('EXISTS', work) + redis.call('EXISTS', inflight)
        if sets + pending == 0 and (state[5] or '') == '' and state[6] ~= '1' then return false end
        \(clock)
        -- A lease further ahead than any lane takes is damage.
        local lease = tonumber(state[1] or 0) or 0
        if lease >= now and lease <= now + 10 * ARGV[1] then return false end
        local token = redis.call('HINCRBY', sweep, 'token', 1)
        redis.call('HSET', sweep, 'lease', string.format('%.0f', now + ARGV[1]))
        local answer = { token, state[2] or '0', state[3] or '0', state[4] or '', state[5] or '', state[6] or '0', pending }
        for _, id in ipairs(redis.call('SMEMBERS', inflight)) do answer[#answer + 1] = id end
        return answer
        """)

    /// Arguments: token, milliseconds of the lease from now; 0 releases it.
    static let renewSweep = heldStep(
        "sweep renew",
        """
        \(clock)
        local lease = ARGV[2] == '0' and '0' or string.format('%.0f', now + ARGV[2])
        redis.call('HSET', sweep, 'lease', lease)
        return 1
        """)

    /// Keys: sweep, work, inflight, records. Arguments: token, cursor, how many records to look at. Answer: the next cursor;
    /// 0 once all are in the work set.
    ///
    /// It reads a blob's format and flags, see `RecordBlob`. Format 1 has no flag for open records.
    static let fillSweep = heldStep(
        "sweep fill",
        """
        local filling = redis.call('HGET', sweep, 'filling') or ''
        if filling == '' then return '0' end
        -- A damaged record can be shorter than its flags. It is taken, so that a lane finds it.
        local function isOpen(blob)
          if string.byte(blob, 1) == 1 then return bit.band(string.byte(blob, 10) or 0, 4) == 0 end
          return bit.band(string.byte(blob, 11) or 1, 1) == 1
        end
        local function isShown(blob) return bit.band(string.byte(blob, 10) or 48, 48) ~= 0 end
        local takesOpen, takesShown = filling ~= 'shown', filling ~= 'open'
        local page = redis.call('HSCAN', KEYS[4], ARGV[2], 'COUNT', ARGV[3])
        local found = {}
        local function add()
          if #found == 0 then return end
          redis.call('HINCRBY', sweep, 'total', redis.call('SADD', work, unpack(found)))
          found = {}
        end
        for i = 1, #page[2], 2 do
          local blob = page[2][i + 1]
          if takesOpen and isOpen(blob) or takesShown and isShown(blob) then found[#found + 1] = page[2][i] end
          if #found == 1000 then add() end
        end
        add()
        if page[1] == '0' then redis.call('HSET', sweep, 'filling', '') end
        return page[1]
        """)

    /// Arguments: token, how many at most. Answer: their ids.
    static let nextOfSweep = heldStep(
        "sweep next",
        """
        local ids = redis.call('SPOP', work, ARGV[2])
        if #ids > 0 then redis.call('SADD', inflight, unpack(ids)) end
        return ids
        """)

    /// Arguments: token, ids.
    static let settleSweep = heldStep(
        "sweep settle",
        """
        redis.call('SREM', inflight, unpack(ARGV, 2))
        return 1
        """)

    /// Marks a record as pending for the next sweep.
    ///
    /// Keys: sweep, work, inflight, dirty. Arguments: token, id.
    static let putOffSweep = heldStep(
        "sweep put off",
        """
        redis.call('SADD', KEYS[4], ARGV[2])
        return 1
        """)

    /// Argument: token.
    static let endExpiry = heldStep(
        "sweep expired",
        """
        redis.call('HSET', sweep, 'expiring', 0)
        return 1
        """)
}
