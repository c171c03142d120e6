"""NPSolver's HDF5 layout written and read by h5py, with its equations in NumPy; written for the tests alone.

    python3 npsolver-layout.py square PATH      a slab: [0, 2 pi]^2 without a corner, 8 x 8 cells, four kinds of sample
    python3 npsolver-layout.py cube PATH        4 x 4 x 4 cells
    python3 npsolver-layout.py inspect PATH     prints shapes, types and residuals of the stored solutions as JSON
"""

import json
import sys

import h5py
import numpy as np

ZERO_GRADIENT, FIXED_VALUE, EMPTY = 0, 1, 2


def grid(counts, lengths, removed):
    """Cells of a box by index, faces between them, and outer faces by patch: (owner, centroid, vector)."""
    dims = len(counts)
    step = [length / count for length, count in zip(lengths, counts)]
    cells = [index for index in np.ndindex(*counts) if not removed(index)]
    number = {index: i for i, index in enumerate(cells)}
    centre = np.array([[(i + 0.5) * h for i, h in zip(index, step)] for index in cells])
    inner, outer = [], {}
    for index in cells:
        for axis in range(dims):
            area = np.prod(step) / step[axis]
            for sign in (-1, 1):
                other = tuple(i + sign * (a == axis) for a, i in enumerate(index))
                vector = np.zeros(dims)
                vector[axis] = sign * area
                if other in number:
                    if sign > 0:
                        inner.append((number[index], number[other], vector, 1 / step[axis]))
                    continue
                outside = any(not 0 <= i < n for i, n in zip(other, counts))
                key = (axis, sign, outside)
                face = centre[number[index]].copy()
                face[axis] += sign * step[axis] / 2
                outer.setdefault(key, []).append((number[index], face, vector, 2 / step[axis]))
    return centre, np.prod(step), inner, [outer[key] for key in sorted(outer)]


def layout(counts, lengths, removed=lambda index: False):
    """The mesh's datasets; the last direction of a 2D mesh is its one cell of thickness."""
    slab = counts[-1] == 1
    centre, volume, inner, patches = grid(counts, lengths, removed)
    if slab:
        patches = [patch for patch in patches if patch[0][2][2] == 0]
    faces = [face for patch in patches for face in patch]
    sizes = [len(patch) for patch in patches] + ([0] if slab else [])
    offsets = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    column = lambda values: np.array(values, "f4").reshape(len(values), -1)
    integers = lambda values: np.array(values, "i8")
    patch = lambda values: integers(values).reshape(-1, 1)
    return {
        "pos": column(centre),
        "bou_faces_centroid": column([face[1] for face in faces]),
        "num_cells": len(centre),
        "num_surfaces": len(inner),
        "num_boundary_surfaces": len(faces),
        "num_patches": len(sizes),
        "num_meshes": 1,
        "volume": column([volume] * len(centre)),
        "lowerIndex": integers([face[0] for face in inner]),
        "upperIndex": integers([face[1] for face in inner]),
        "face2cell": integers([face[0] for face in faces]),
        "weights": column([0.5] * len(inner)),
        "bouWeights": column([1.0] * len(faces)),
        "sf": column([face[2] for face in inner]),
        "bouSf": column([face[2] for face in faces]),
        "magSf": column([np.linalg.norm(face[2]) for face in inner]),
        "bouMagSf": column([np.linalg.norm(face[2]) for face in faces]),
        "deltaCoeff": column([face[3] for face in inner]),
        "bouDeltaCoeff": column([face[3] for face in faces]),
        "patchSize": patch(sizes),
        "patchOffset": patch(offsets),
        "neighborPatchOffset": patch([0] * len(sizes)),
        "patch2mesh": patch([0] * len(sizes)),
        "cell_offset": patch([0]),
    }


def system(data, f, boundary=None):
    """A p = b of +laplace p = f: A is negative (semi)definite; a pure Neumann system has cell 0 pinned to 0."""
    flat = {name: np.asarray(value, "f8").reshape(-1) for name, value in data.items() if name in FLOATS}
    cells = int(data["num_cells"])
    lower, upper = np.asarray(data["lowerIndex"]), np.asarray(data["upperIndex"])
    inside = np.asarray(data["face2cell"])
    matrix = np.zeros((cells, cells))
    for l, u, g in zip(lower, upper, flat["deltaCoeff"] * flat["magSf"]):
        matrix[l, u] += g
        matrix[u, l] += g
        matrix[l, l] -= g
        matrix[u, u] -= g
    right = np.asarray(f, "f8").reshape(-1) * flat["volume"]
    values = np.zeros(len(inside)) if boundary is None else np.asarray(boundary, "f8").reshape(-1)
    types = np.repeat(np.asarray(data["patchTypeP"]).reshape(-1), np.asarray(data["patchSize"]).reshape(-1))
    for c, g, value, kind in zip(inside, flat["bouDeltaCoeff"] * flat["bouMagSf"], values, types):
        if kind == FIXED_VALUE:
            matrix[c, c] -= g
            right[c] -= g * value
    if not (types == FIXED_VALUE).any():
        matrix[0], matrix[:, 0], matrix[0, 0], right[0] = 0, 0, 1, 0
    return matrix, right


FLOATS = ("volume", "deltaCoeff", "magSf", "bouDeltaCoeff", "bouMagSf")


def source(data, normed):
    x = np.asarray(data["pos"], "f8")
    f = np.sin(x[:, 0]) * np.cos(2 * x[:, 1] + 0.3) - 0.4 + (0.2 * x[:, 2] if x[:, 2].std() > 0 else 0)
    f = f / np.abs(f).max()
    volume = np.asarray(data["volume"], "f8").reshape(-1)
    return (f - (f * volume).sum() / volume.sum() if normed else f).astype("f4").reshape(-1, 1)


def write(path, mesh, kinds):
    with h5py.File(path, "w") as file:
        for number, (name, types, boundary) in enumerate(kinds(mesh)):
            data = {**mesh, "patchTypeP": types, "patchTypeU": types}
            data["f_samples"] = source(data, normed=not (types == FIXED_VALUE).any())
            data["p_solved"] = np.linalg.solve(*system(data, data["f_samples"], boundary)).astype("f4").reshape(-1, 1)
            if boundary is not None:
                data["boundaryP"] = boundary
            group = file.create_group(str(number))
            for key, value in data.items():
                group[key] = value
            group["case_name"] = name


def square_kinds(mesh):
    count = mesh["num_patches"]
    kind = lambda types: np.array([*types, EMPTY], "i8").reshape(-1, 1)
    alternating = [FIXED_VALUE if i % 2 else ZERO_GRADIENT for i in range(count - 1)]
    boundary = np.linspace(-5, 5, mesh["num_boundary_surfaces"]).astype("f4").reshape(-1, 1)
    return [
        ("all fixed", kind([FIXED_VALUE] * (count - 1)), None),
        ("mixed", kind(alternating), None),
        ("insulated", kind([ZERO_GRADIENT] * (count - 1)), None),
        ("given values", kind(alternating), boundary),
    ]


def cube_kinds(mesh):
    types = [FIXED_VALUE] + [ZERO_GRADIENT] * (mesh["num_patches"] - 1)
    return [("one side fixed", np.array(types, "i8").reshape(-1, 1), None)]


def inspect(path):
    report = {}
    with h5py.File(path) as file:
        for name, group in file.items():
            data = {key: value[()] for key, value in group.items()}
            entry = {key: [list(np.shape(value)), str(value.dtype)] for key, value in group.items()}
            numbers = {key: value for key, value in data.items() if key.startswith("num_")}
            report[name] = {"datasets": entry, "numbers": {key: int(value) for key, value in numbers.items()}}
            if "case_name" in data:
                report[name]["caseName"] = data["case_name"].decode()
            if "p_solved" in data:
                matrix, right = system(data, data["f_samples"], data.get("boundaryP"))
                expected = np.linalg.solve(matrix, right)
                p = data["p_solved"].astype("f8").reshape(-1)
                types = np.asarray(data["patchTypeP"])
                if not (types == FIXED_VALUE).any():
                    p = p - p[0]
                report[name]["error"] = float(np.linalg.norm(p - expected) / np.linalg.norm(expected))
    print(json.dumps(report))


def main():
    command, path = sys.argv[1:3]
    side = 2 * np.pi
    if command == "square":
        write(path, layout((8, 8, 1), (side, side, 0.1), lambda i: i[0] >= 5 and i[1] >= 6), square_kinds)
    elif command == "cube":
        write(path, layout((4, 4, 4), (side, side, side)), cube_kinds)
    else:
        inspect(path)


main()
