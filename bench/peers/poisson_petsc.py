"""Solves A x = b to a relative residual of 1e-8 with PETSc: CG with ICC(0) and with GAMG, their defaults, on one thread.

Usage: python poisson_petsc.py FOLDER RIGHT_HAND_SIDE.f64 REPEATS
FOLDER holds offsets.npy, columns.npy and values.npy, as poisson.py leaves them. Needs only petsc4py and numpy.
Prints one JSON object {"icc" | "gamg": {"setup_ms", "solve_ms", "iterations", "residual"}} with medians.
"""

import json
import statistics
import sys
import time
from pathlib import Path

import numpy
import petsc4py

petsc4py.init([])
from petsc4py import PETSc  # noqa: E402  (after init, as petsc4py asks)


def timed(matrix, right, preconditioner, repeats):
    setups, solves = [], []
    for _ in range(repeats):
        ksp = PETSc.KSP().create()
        ksp.setOperators(matrix)
        ksp.setType("cg")
        ksp.getPC().setType(preconditioner)
        # the true residual's norm, as everywhere in this comparison
        ksp.setNormType(PETSc.KSP.NormType.UNPRECONDITIONED)
        ksp.setTolerances(rtol=1e-8, atol=0, max_it=20000)
        x, b = matrix.createVecs()
        b.setArray(right)
        start = time.perf_counter()
        ksp.setUp()
        ksp.setUpOnBlocks()
        middle = time.perf_counter()
        ksp.solve(b, x)
        solves.append(time.perf_counter() - middle)
        setups.append(middle - start)
        image = b.duplicate()
        matrix.mult(x, image)
        residual = float(numpy.linalg.norm(right - image.getArray()) / numpy.linalg.norm(right))
        iterations = ksp.getIterationNumber()
        for thing in (ksp, x, b, image):
            thing.destroy()
    return {
        "setup_ms": 1000 * statistics.median(setups),
        "solve_ms": 1000 * statistics.median(solves),
        "iterations": iterations,
        "residual": residual,
    }


def main():
    folder = Path(sys.argv[1])
    offsets, columns, values = (numpy.load(folder / f"{name}.npy") for name in ("offsets", "columns", "values"))
    right = numpy.fromfile(sys.argv[2])
    repeats = int(sys.argv[3])
    rows = offsets.size - 1
    index = PETSc.IntType
    matrix = PETSc.Mat().createAIJ(
        (rows, rows), csr=(offsets.astype(index), columns.astype(index), values), comm=PETSc.COMM_SELF
    )
    matrix.setOption(PETSc.Mat.Option.SPD, True)
    result = {name: timed(matrix, right, name, repeats) for name in ("icc", "gamg")}
    result["version"] = ".".join(map(str, PETSc.Sys.getVersion()))
    print(json.dumps(result))


if __name__ == "__main__":
    main()
