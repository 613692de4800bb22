"""The worker's job, as one would write it in Python: parse the event, read the record, commit it, give the result.

In Python's favour: the score is a constant, the stored blob and the published result are fixed bytes of the sizes that
the worker's have, and the partition is found by zlib.crc32, which is written in C.
"""

import json
import os
import struct
import time
import zlib

import redis

BROKER_URL = os.environ["BENCH_BROKER_URL"]
QUEUE = os.environ["BENCH_QUEUE"]
EXCHANGE = os.environ["BENCH_EXCHANGE"]
ROUTING_KEY = os.environ["BENCH_ROUTING_KEY"]
PARTITION = os.environ["BENCH_PARTITION"]  # with %02d for its number
PARTITIONS = int(os.environ["BENCH_PARTITIONS"])
INCARNATION = os.environ["BENCH_INCARNATION"]
CONTENT_TYPE = "application/cloudevents+json"

with open(os.environ["BENCH_RESULT"], "rb") as file:
    RESULT = file.read()
BLOB_TAIL = bytes(int(os.environ["BENCH_BLOB_SIZE"]) - 9)
SCORED_AND_COUNTED = 6
KEYS = ["records", "names", "dirty", "usage", "sweep", "schedule", "fanouts"]


class Job:
    def __init__(self):
        self.redis = redis.Redis.from_url(os.environ["BENCH_REDIS_URL"])
        with open(os.environ["BENCH_SCRIPT"], encoding="utf-8") as script:
            self.commit = self.redis.script_load(script.read())

    def one(self, body):
        """Works one event; returns the result's id."""
        record = json.loads(body)["subject"]
        keys = self.keys(zlib.crc32(record.encode()) % PARTITIONS)
        stored = self.redis.hmget(keys[0], [record])
        arguments, ids = self.changes([record], stored)
        self.check(self.redis.evalsha(self.commit, len(KEYS), *keys, *arguments))
        return ids[0]

    def many(self, bodies):
        """Works a batch with two round trips; returns the results' ids."""
        partitions = {}
        for body in bodies:
            record = json.loads(body)["subject"]
            partitions.setdefault(zlib.crc32(record.encode()) % PARTITIONS, []).append(record)
        read = self.redis.pipeline(transaction=False)
        for number, records in partitions.items():
            read.hmget(self.keys(number)[0], records)
        write = self.redis.pipeline(transaction=False)
        results = []
        for (number, records), stored in zip(partitions.items(), read.execute()):
            arguments, ids = self.changes(records, stored)
            write.evalsha(self.commit, len(KEYS), *self.keys(number), *arguments)
            results += ids
        for reply in write.execute():
            self.check(reply)
        return results

    @staticmethod
    def keys(number):
        partition = PARTITION % number
        return [partition + ":" + what for what in KEYS]

    @staticmethod
    def changes(records, stored):
        now = time.time()
        day = time.strftime("%Y-%m-%d", time.gmtime(now))
        arguments, ids = [INCARNATION, 1, 0, day[:7], day, "+%d 12:d:%s" % (int((now + 400 * 86400) * 1000), day), 9000000000000000, ""], []
        for record, blob in zip(records, stored):
            former = blob[1:9] if blob else b""
            revision = max(int(now * 1000), struct.unpack(">Q", former)[0] + 1 if former else 0)
            arguments += [record, former, b"\x02" + struct.pack(">Q", revision) + BLOB_TAIL, SCORED_AND_COUNTED, ""]
            ids.append(f"lead/{record}:{revision}")
        return arguments, ids

    @staticmethod
    def check(reply):
        if reply:
            raise SystemExit(f"the commit was refused: {reply}")
