"""Products of a tall matrix B (float64, `[row][column]`) in NumPy, one thread.

Reads JSON lines {"rows": M, "columns": N, "product": "gram" | "weighted" | "vector", "calls": n} and answers {"ms":
milliseconds of processor time a call, "check": sum of the result}. B is sin of the index, the weights 1 + sin² of the row,
the vector cos of the row.
"""

import json
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np

matrices = {}

for line in sys.stdin:
    question = json.loads(line)
    rows, columns = question["rows"], question["columns"]
    if (rows, columns) not in matrices:
        matrices.clear()
        matrices[rows, columns] = np.sin(np.arange(rows * columns, dtype=float)).reshape(rows, columns)
    b = matrices[rows, columns]
    weights = 1 + np.sin(np.arange(rows)) ** 2
    vector = np.cos(np.arange(rows))
    product = {
        "gram": lambda: b.T @ b,
        "weighted": lambda: (b.T * weights) @ b,
        "vector": lambda: b.T @ vector,
    }[question["product"]]
    check = float(product().sum())
    began = time.process_time()
    for _ in range(question["calls"]):
        product()
    ms = (time.process_time() - began) / question["calls"] * 1e3
    print(json.dumps({"ms": ms, "check": check}), flush=True)
