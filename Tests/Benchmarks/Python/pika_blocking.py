"""One message at a time, as the examples of pika have it: work it, publish its result confirmed, ack it."""

import pika

from job import BROKER_URL, CONTENT_TYPE, EXCHANGE, QUEUE, RESULT, ROUTING_KEY, Job

job = Job()
channel = pika.BlockingConnection(pika.URLParameters(BROKER_URL)).channel()
channel.confirm_delivery()
channel.basic_qos(prefetch_count=256)


def work(channel, method, _properties, body):
    message_id = job.one(body)
    channel.basic_publish(
        EXCHANGE,
        ROUTING_KEY,
        RESULT,
        pika.BasicProperties(content_type=CONTENT_TYPE, delivery_mode=2, message_id=message_id),
        mandatory=True,
    )
    channel.basic_ack(method.delivery_tag)


channel.basic_consume(QUEUE, work)
channel.start_consuming()
