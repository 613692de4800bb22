"""InterpretML's explainable boosting machine at its defaults on one CSV; prints what the training cost."""
import json
import resource
import sys
import time
import warnings

import records
from interpret.glassbox import ExplainableBoostingClassifier

options = records.parser().parse_args()
warnings.filterwarnings("ignore")  # of charts, which nobody draws here
start = time.monotonic()
table, outcome = records.read(options)
read = time.monotonic()
ExplainableBoostingClassifier().fit(table, outcome)
end = time.monotonic()
own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
json.dump({
    "records": len(table), "attributes": table.shape[1],
    "readingSeconds": read - start, "trainingSeconds": end - read,
    "processorSeconds": sum(use.ru_utime + use.ru_stime for use in (own, children)),
    "peakMegabytes": own.ru_maxrss / 1024,
}, sys.stdout)
print()
