"""K steps of preconditioned conjugate gradients on a batch of matrices, as a Python trainer would take them.

Usage: python supervision.py FOLDER COUNT REPEATS
FOLDER holds matrix-I.mtx, right-I.f64 and guess-I.f64 for I < COUNT. Prints one JSON object of medians in milliseconds
for the whole batch, null where a package is missing: pyamg_ms, smoothed aggregation with its defaults set up and three
steps with it, matrix by matrix; torch_ms, 40 Jacobi steps on the block-diagonal matrix of the batch in float64, with one
step length for all of it, on one thread.
"""

import json
import statistics
import sys
import time
from pathlib import Path

import numpy
import scipy.io
import scipy.sparse


def median_ms(repeats, work):
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def with_pyamg(problems, repeats):
    try:
        import pyamg
    except ModuleNotFoundError:
        return None

    def work():
        for matrix, right, guess in problems:
            hierarchy = pyamg.smoothed_aggregation_solver(matrix)
            pyamg.krylov.cg(matrix, right, x0=guess, maxiter=3, tol=0, M=hierarchy.aspreconditioner())

    return median_ms(repeats, work)


def with_torch(problems, repeats):
    try:
        import torch
    except ModuleNotFoundError:
        return None
    torch.set_num_threads(1)
    blocks = scipy.sparse.block_diag([matrix for matrix, _, _ in problems], format="csr")
    matrix = torch.sparse_csr_tensor(
        torch.from_numpy(blocks.indptr), torch.from_numpy(blocks.indices), torch.from_numpy(blocks.data), blocks.shape
    )
    inverse = torch.from_numpy(1 / blocks.diagonal())
    right = torch.from_numpy(numpy.concatenate([right for _, right, _ in problems]))
    guess = torch.from_numpy(numpy.concatenate([guess for _, _, guess in problems]))

    def work():
        x = guess.clone()
        r = right - matrix @ x
        z = inverse * r
        p = z.clone()
        rho = r @ z
        for _ in range(40):
            q = matrix @ p
            alpha = rho / (p @ q)
            x += alpha * p
            r -= alpha * q
            z = inverse * r
            before, rho = rho, r @ z
            p = z + (rho / before) * p
        return x

    with torch.no_grad():
        return median_ms(repeats, work)


def main():
    folder, count, repeats = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    problems = [
        (
            scipy.io.mmread(folder / f"matrix-{i}.mtx").tocsr(),
            numpy.fromfile(folder / f"right-{i}.f64"),
            numpy.fromfile(folder / f"guess-{i}.f64"),
        )
        for i in range(count)
    ]
    print(json.dumps({"pyamg_ms": with_pyamg(problems, repeats), "torch_ms": with_torch(problems, repeats)}))


main()
