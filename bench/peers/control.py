"""Boundary control by SciPy: SuperLU once, columns of the controls, then SLSQP with the hottest cells as constraints.

Reads matrix.mtx, columns.bin, loads-N.bin and limits.json of a folder; query 0 is the first one, set-up included.
Prints one JSON object.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
from scipy.io import mmread
from scipy.optimize import minimize
from scipy.sparse.linalg import splu

folder = Path(sys.argv[1])
given = json.loads((folder / "limits.json").read_text())
pieces = given["pieces"]
low, high = given["bounds"]
matrix = mmread(folder / "matrix.mtx").tocsc()
cells = matrix.shape[0]
units = np.fromfile(folder / "columns.bin").reshape(pieces, cells).T
queries = [
    np.fromfile(folder / f"loads-{index}.bin").reshape(-1, cells).T
    for index in range(len(given["limits"]))
]


def plan(factor, columns, loads, limit):
    fields = factor.solve(loads)
    p = np.zeros(pieces)
    rows = np.zeros((0, pieces))
    rights = np.zeros(0)
    for _ in range(50):
        after = fields + (columns @ p)[:, None]
        hottest = after.argmax(axis=0)
        excess = after[hottest, np.arange(after.shape[1])] - limit
        if excess.max() <= 1e-7:
            break
        worst = np.flatnonzero(excess > 0)
        rows = np.vstack([rows, columns[hottest[worst]]])
        rights = np.append(rights, limit - fields[hottest[worst], worst])
        p = minimize(
            lambda c: float(c @ c),
            p,
            jac=lambda c: 2 * c,
            bounds=[(low, high)] * pieces,
            constraints={"type": "ineq", "fun": lambda c: rights - rows @ c, "jac": lambda c: -rows},
            method="SLSQP",
            options={"ftol": 1e-12, "maxiter": 200},
        ).x
    return p


started = time.perf_counter()
factor = splu(matrix)
columns = factor.solve(units)
plan(factor, columns, queries[0], given["limits"][0])
first = time.perf_counter() - started
times = []
for loads, limit in zip(queries[1:], given["limits"][1:]):
    begun = time.perf_counter()
    p = plan(factor, columns, loads, limit)
    times.append(time.perf_counter() - begun)
print(
    json.dumps(
        {
            "milliseconds": 1000 * float(np.median(times)),
            "firstMilliseconds": 1000 * first,
            "cost": float(np.mean(p**2)),
        }
    )
)
