"""Sparse factorisations for bench/many-sources.ts: one line of JSON in, one out.

{"solver": "splu" | "cholmod", "folder": FOLDER} factors the matrix that lies there in compressed rows (offsets.i32, columns.i32,
values.f64) -> {"milliseconds", "bytes"}; {"solve": FILE, "references": FILE, "count": N} answers N right-hand sides of a
file [source][cell] of float64 -> {"milliseconds", "error"}, the mean of |u - u*|/|u*| over the references there are. splu is
SciPy's SuperLU with an ordering and pivoting for symmetric matrices, cholmod is SuiteSparse's as packed in cholespy.
"""

import json
import os
import sys
import time
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

try:
    import numpy
    import scipy.sparse
    import scipy.sparse.linalg
except ModuleNotFoundError as error:
    for _ in sys.stdin:
        print(json.dumps({"missing": error.name}), flush=True)
    sys.exit()

# cholespy takes at most this many right-hand sides at once
BLOCK = 128


def resident_bytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


def read_matrix(folder):
    folder = Path(folder)
    offsets = numpy.fromfile(folder / "offsets.i32", numpy.int32)
    columns = numpy.fromfile(folder / "columns.i32", numpy.int32)
    values = numpy.fromfile(folder / "values.f64")
    rows = len(offsets) - 1
    return scipy.sparse.csc_matrix((values, columns, offsets), shape=(rows, rows))


def splu(matrix):
    factor = scipy.sparse.linalg.splu(
        matrix, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True}
    )

    def solve(loads):
        # [source][cell] in memory is what it takes for columns
        return factor.solve(loads.T).T

    return solve, 12 * (factor.L.nnz + factor.U.nnz)


def cholmod(matrix):
    import cholespy

    entries = matrix.tocoo()
    before = resident_bytes()
    factor = cholespy.CholeskySolverD(
        matrix.shape[0],
        entries.row.astype(numpy.int32),
        entries.col.astype(numpy.int32),
        entries.data,
        cholespy.MatrixType.COO,
    )

    def solve(loads):
        answers = []
        for first in range(0, len(loads), BLOCK):
            columns = numpy.ascontiguousarray(loads[first : first + BLOCK].T)
            answer = numpy.zeros_like(columns)
            factor.solve(columns, answer)
            answers.append(answer.T)
        return numpy.concatenate(answers)

    return solve, resident_bytes() - before


def answer(state, question):
    if "solver" in question:
        state.clear()
        matrix = read_matrix(question["folder"])
        started = time.perf_counter()
        state["solve"], size = {"splu": splu, "cholmod": cholmod}[question["solver"]](matrix)
        milliseconds = 1000 * (time.perf_counter() - started)
        state["rows"] = matrix.shape[0]
        return {"milliseconds": milliseconds, "bytes": size}
    count, rows = question["count"], state["rows"]
    loads = numpy.fromfile(question["solve"], count=count * rows).reshape(count, rows)
    references = numpy.fromfile(question["references"]).reshape(-1, rows)[:count]
    started = time.perf_counter()
    fields = state["solve"](loads)
    milliseconds = 1000 * (time.perf_counter() - started)
    difference = numpy.linalg.norm(fields[: len(references)] - references, axis=1)
    error = float((difference / numpy.linalg.norm(references, axis=1)).mean())
    return {"milliseconds": milliseconds, "error": error}


def main():
    state = {}
    for line in sys.stdin:
        try:
            reply = answer(state, json.loads(line))
        except ModuleNotFoundError as error:
            reply = {"missing": error.name}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
