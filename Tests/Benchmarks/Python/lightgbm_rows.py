"""LightGBM with 100 trees, else at its defaults, on one CSV; then for each line it is given one round of figures.

First it leaves in --folder the model, the first --rows records as LightGBM takes them and what it predicts of them: with
these the bench calls LightGBM's C API itself. Figures are microseconds of this thread's processor time a record.
"""
import json
import pathlib
import sys
import time

import lightgbm
import numpy
import pandas
import records

options = records.parser()
options.add_argument("--folder", required=True)
options.add_argument("--rows", type=int, required=True)
options = options.parse_args()


def say(answer):
    print(json.dumps(answer), flush=True)


table, outcome = records.read(options)
categories = [place for place, name in enumerate(table) if table[name].dtype == object]
for place in categories:
    codes = pandas.Categorical(table.iloc[:, place]).codes.astype(float)
    table[table.columns[place]] = numpy.where(codes < 0, numpy.nan, codes)
values = numpy.ascontiguousarray(table.to_numpy(dtype=float))
model = lightgbm.train(
    {"objective": "binary", "verbose": -1},
    lightgbm.Dataset(values, outcome, categorical_feature=categories), num_boost_round=100)

rows = values[:options.rows]
folder = pathlib.Path(options.folder)
model.save_model(folder / "model.txt")
rows.tofile(folder / "rows")
model.predict(rows).tofile(folder / "predictions")
say({
    "library": str(next(pathlib.Path(lightgbm.__file__).parent.rglob("lib_lightgbm.so"))),
    "version": lightgbm.__version__, "model": str(folder / "model.txt"), "rows": str(folder / "rows"),
    "predictions": str(folder / "predictions"), "rowCount": len(rows), "width": rows.shape[1],
    "trees": model.num_trees(),
})

batches = {size: numpy.resize(rows, (size, rows.shape[1])) for size in (1_000, 100_000)}


def microseconds(count, work):
    start = time.thread_time()
    work()
    return (time.thread_time() - start) * 1e6 / count


def one_by_one(count, **flags):
    def work():
        for place in range(count):
            model.predict(rows[place:place + 1], num_threads=1, **flags)
    return microseconds(count, work)


def in_one(size, **flags):
    return microseconds(size, lambda: model.predict(batches[size], num_threads=1, **flags))


some = min(len(rows), 500)
for _ in sys.stdin:
    say({
        "python": one_by_one(some), "pythonOf1000": in_one(1_000), "pythonOf100000": in_one(100_000),
        "pythonContributions": one_by_one(some, pred_contrib=True),
        "pythonContributionsOf1000": in_one(1_000, pred_contrib=True),
        "pythonContributionsOf100000": in_one(100_000, pred_contrib=True),
    })
