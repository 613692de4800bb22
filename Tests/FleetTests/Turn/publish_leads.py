"""Publishes the rows of a CSV file as new leads: a connector that knows nothing but the contract.

python3 publish_leads.py FILE ID_COLUMN OUTCOME_COLUMN FIRST_ROW ORGANIZATION
"""

import csv
import datetime
import json
import os
import sys

import pika

path, id_column, outcome_column, first, organization = sys.argv[1:6]
channel = pika.BlockingConnection(pika.URLParameters(os.environ["LEADLINE_BROKER_URL"])).channel()
channel.confirm_delivery()
properties = pika.BasicProperties(content_type="application/cloudevents+json", delivery_mode=2)
with open(path, newline="", encoding="utf-8") as file:
    for number, row in enumerate(csv.DictReader(file)):
        if number < int(first):
            continue
        subject = row.pop(id_column)
        del row[outcome_column]
        event = {
            "specversion": "1.0",
            "id": f"row-{number}",
            "source": "csv",
            "type": "leadline.lead.created",
            "subject": subject,
            "time": datetime.datetime.now(datetime.timezone.utc).isoformat(),
            "organization": organization,
            "data": {"attributes": {name: value for name, value in row.items() if value}},
        }
        channel.basic_publish(
            "leadline.records", f"{organization}.lead.created", json.dumps(event), properties, mandatory=True
        )
