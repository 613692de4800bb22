"""The records of a CSV as the learners in Python take them, told apart as the bench was told."""
import argparse

import pandas


def parser():
    options = argparse.ArgumentParser()
    options.add_argument("--file", required=True)
    options.add_argument("--outcome", required=True)
    options.add_argument("--positive", required=True)
    options.add_argument("--missing", action="append", default=[])
    options.add_argument("--exclude", action="append", default=[])
    return options


def read(options):
    """The attributes and the outcomes of the closed records; numbers are floats, categories texts."""
    table = pandas.read_csv(options.file, na_values=options.missing, low_memory=False)
    outcome = table[options.outcome]
    table = table[outcome.notna()].drop(columns=[options.outcome] + options.exclude).reset_index(drop=True)
    outcome = outcome.dropna().astype(str).str.strip() == options.positive
    for name in table:
        if pandas.api.types.is_numeric_dtype(table[name]):
            table[name] = table[name].astype(float)
        else:
            table[name] = table[name].astype(object).where(table[name].notna(), None)
    return table, outcome.to_numpy().astype(int)
