"""Times TA-Lib C and writes what it computes. Reads a request as JSON from the standard input.

The CPU time of a call is that of this process; the wrapper around the C function adds microseconds.
"""
import json
import sys
import time

import numpy
import talib

request = json.load(sys.stdin)
columns = {name: numpy.fromfile(path) for name, path in request["columns"].items()}
answers = []
for case in request["cases"]:
    function = getattr(talib, case["function"])
    inputs = [columns[name] for name in case["inputs"]]
    best = float("inf")
    rounds, spent = 0, 0
    while rounds < request["rounds"]["least"] or spent < request["rounds"]["millis"] * 1e6:
        started = time.process_time_ns()
        result = function(*inputs, **case["arguments"])
        taken = time.process_time_ns() - started
        best = min(best, taken)
        rounds, spent = rounds + 1, spent + taken
    outputs = result if isinstance(result, tuple) else (result,)
    numpy.asarray(outputs, dtype=numpy.float64).tofile(case["path"])
    answers.append({"millis": best / 1e6, "outputs": len(outputs)})
json.dump({"version": talib.__ta_version__.decode().split()[0], "cases": answers}, sys.stdout)
