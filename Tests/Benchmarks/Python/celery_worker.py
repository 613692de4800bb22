"""The same as a Celery task on a quorum queue: late acks, results published with confirms from Celery's own pool."""

from celery import Celery
from kombu import Exchange, Queue

from job import BROKER_URL, CONTENT_TYPE, EXCHANGE, QUEUE, RESULT, ROUTING_KEY, Job

app = Celery("celery_worker", broker=BROKER_URL)
app.conf.update(
    task_queues=[
        Queue(QUEUE, Exchange(QUEUE, type="topic"), routing_key=QUEUE, queue_arguments={"x-queue-type": "quorum"})
    ],
    task_default_queue=QUEUE,
    broker_transport_options={"confirm_publish": True},
    broker_native_delayed_delivery_queue_type="classic",
    broker_connection_retry_on_startup=True,
    worker_enable_remote_control=False,
    task_ignore_result=True,
    task_acks_late=True,
)
job = None


@app.task(name="bench.job")
def work(body):
    global job
    # After the fork: each process has a connection of its own.
    job = job or Job()
    message_id = job.one(body)
    with app.producer_pool.acquire(block=True) as producer:
        producer.publish(
            RESULT,
            exchange=EXCHANGE,
            routing_key=ROUTING_KEY,
            content_type=CONTENT_TYPE,
            content_encoding="binary",
            delivery_mode=2,
            message_id=message_id,
            mandatory=True,
        )
