"""Asynchronous pika in batches of 64: the next batch is worked while the confirms of the last are under way."""

import collections

import pika

from job import BROKER_URL, CONTENT_TYPE, EXCHANGE, QUEUE, RESULT, ROUTING_KEY, Job

BATCH = 64
PREFETCH = 4 * BATCH


class Worker:
    def __init__(self):
        self.job = Job()
        self.waiting = []
        self.timer = None
        self.published = 0
        # All publishes up to `confirmed` are confirmed, and those in `ahead` that came out of order.
        self.confirmed = 0
        self.ahead = set()
        # Number of a batch's last publish, tag of its last delivery.
        self.batches = collections.deque()
        self.connection = pika.SelectConnection(
            pika.URLParameters(BROKER_URL), on_open_callback=self.on_open, on_close_callback=self.on_close
        )

    def on_open(self, connection):
        connection.channel(on_open_callback=self.on_publishing_channel)

    def on_close(self, _connection, reason):
        raise SystemExit(f"the connection is lost: {reason}")

    def on_publishing_channel(self, channel):
        self.publishing = channel
        channel.add_on_return_callback(self.on_return)
        channel.confirm_delivery(self.on_confirm, callback=self.on_confirms_enabled)

    def on_confirms_enabled(self, _frame):
        self.connection.channel(on_open_callback=self.on_taking_channel)

    def on_taking_channel(self, channel):
        self.taking = channel
        channel.basic_qos(prefetch_count=PREFETCH, callback=self.on_prefetch_set)

    def on_prefetch_set(self, _frame):
        self.taking.basic_consume(QUEUE, self.on_message)

    def on_message(self, _channel, method, _properties, body):
        self.waiting.append((method.delivery_tag, body))
        if len(self.waiting) >= BATCH:
            self.turn()
        elif self.timer is None:
            self.timer = self.connection.ioloop.call_later(0.005, self.turn)

    def turn(self):
        if self.timer is not None:
            self.connection.ioloop.remove_timeout(self.timer)
            self.timer = None
        if not self.waiting:
            return
        batch, self.waiting = self.waiting, []
        for message_id in self.job.many([body for _, body in batch]):
            self.publishing.basic_publish(
                EXCHANGE,
                ROUTING_KEY,
                RESULT,
                pika.BasicProperties(content_type=CONTENT_TYPE, delivery_mode=2, message_id=message_id),
                mandatory=True,
            )
            self.published += 1
        self.batches.append((self.published, batch[-1][0]))

    def on_return(self, _channel, _method, _properties, _body):
        raise SystemExit("a result came back: no queue took it")

    def on_confirm(self, frame):
        if isinstance(frame.method, pika.spec.Basic.Nack):
            raise SystemExit("the broker refused a result")
        tag = frame.method.delivery_tag
        if frame.method.multiple:
            self.confirmed = max(self.confirmed, tag)
            self.ahead = {other for other in self.ahead if other > tag}
        else:
            self.ahead.add(tag)
        while self.confirmed + 1 in self.ahead:
            self.confirmed += 1
            self.ahead.remove(self.confirmed)
        last = None
        while self.batches and self.batches[0][0] <= self.confirmed:
            last = self.batches.popleft()[1]
        if last is not None:
            self.taking.basic_ack(last, multiple=True)


Worker().connection.ioloop.start()
