"""Solves A x = b of a Matrix Market file to a relative residual of 1e-8, on one thread.

Usage: python poisson.py MATRIX.mtx RIGHT_HAND_SIDE.f64 REPEATS [arrays=FOLDER]
Prints one JSON object {case: {"setup_ms", "solve_ms", "iterations", "residual"}} with medians; scipy is Jacobi-scaled CG,
pyamg smoothed aggregation with its defaults as preconditioner of CG. With arrays=FOLDER it also leaves the matrix there as
numpy arrays, for Pythons that read Matrix Market slowly.
"""

import json
import statistics
import sys
import time
from pathlib import Path

import numpy
import pyamg
import scipy
import scipy.io
import scipy.sparse.linalg

TOLERANCE = 1e-8


def timed(repeats, setup, solve, matrix, right):
    setups, solves = [], []
    for _ in range(repeats):
        start = time.perf_counter()
        prepared = setup()
        middle = time.perf_counter()
        x, iterations = solve(prepared)
        setups.append(middle - start)
        solves.append(time.perf_counter() - middle)
    return {
        "setup_ms": 1000 * statistics.median(setups),
        "solve_ms": 1000 * statistics.median(solves),
        "iterations": iterations,
        "residual": float(numpy.linalg.norm(right - matrix @ x) / numpy.linalg.norm(right)),
    }


def conjugate_gradients(matrix, right, preconditioner):
    iterations = 0

    def count(_):
        nonlocal iterations
        iterations += 1

    x, _ = scipy.sparse.linalg.cg(
        matrix, right, rtol=TOLERANCE, atol=0, maxiter=20000, M=preconditioner, callback=count
    )
    return x, iterations


def main():
    matrix = scipy.io.mmread(sys.argv[1]).tocsr()
    matrix.sort_indices()
    right = numpy.fromfile(sys.argv[2])
    repeats = int(sys.argv[3])
    for argument in sys.argv[4:]:
        folder = Path(argument.removeprefix("arrays="))
        numpy.save(folder / "offsets.npy", matrix.indptr)
        numpy.save(folder / "columns.npy", matrix.indices)
        numpy.save(folder / "values.npy", matrix.data)

    def jacobi():
        inverse = 1 / matrix.diagonal()
        return scipy.sparse.linalg.LinearOperator(matrix.shape, matvec=lambda r: inverse * r)

    result = {
        "pyamg": timed(
            repeats,
            lambda: pyamg.smoothed_aggregation_solver(matrix),
            lambda solver: conjugate_gradients(matrix, right, solver.aspreconditioner()),
            matrix,
            right,
        ),
        # far slower at 1e6: once is enough to see by how much
        "scipy": timed(
            1 if matrix.shape[0] > 200_000 else repeats,
            jacobi,
            lambda preconditioner: conjugate_gradients(matrix, right, preconditioner),
            matrix,
            right,
        ),
        "versions": {"pyamg": pyamg.__version__, "scipy": scipy.__version__},
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
