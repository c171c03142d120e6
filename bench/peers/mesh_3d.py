"""Gmsh on the geometries of bench/mesh-3d.ts: one line of JSON in, one out.

In: {"shape": "sphere" | "tube", "size": number, "algorithm": Gmsh's number}. The sphere has radius 1, the tube radii 0.5 and 1
and length 1. Out: milliseconds of generate(3), cells, mean edge length, and counts of dihedral angles in bins (of all angles in
steps of 10 degrees, of the smallest of every tetrahedron in steps of 5), smallest and largest.
"""

import json
import sys
import time

try:
    import gmsh
    import numpy
except ModuleNotFoundError as error:
    for _ in sys.stdin:
        print(json.dumps({"missing": error.name}), flush=True)
    sys.exit()

EDGES = [(0, 1, 2, 3), (0, 2, 1, 3), (0, 3, 1, 2), (1, 2, 0, 3), (1, 3, 0, 2), (2, 3, 0, 1)]


def build(question):
    occ = gmsh.model.occ
    if question["shape"] == "sphere":
        occ.addSphere(0, 0, 0, 1)
    else:
        outer = occ.addCylinder(0, 0, 0, 0, 0, 1, 1)
        inner = occ.addCylinder(0, 0, 0, 0, 0, 1, 0.5)
        occ.cut([(3, outer)], [(3, inner)])
    occ.synchronize()
    gmsh.option.setNumber("Mesh.MeshSizeMin", question["size"])
    gmsh.option.setNumber("Mesh.MeshSizeMax", question["size"])
    gmsh.option.setNumber("Mesh.Algorithm3D", question["algorithm"])


def tetrahedra():
    tags, coordinates, _ = gmsh.model.mesh.getNodes()
    index = numpy.zeros(int(tags.max()) + 1, dtype=int)
    index[tags] = numpy.arange(len(tags))
    _, nodes = gmsh.model.mesh.getElementsByType(4)
    cells = index[nodes].reshape(-1, 4)
    return coordinates.reshape(-1, 3), cells


def dihedral_angles(corners):
    found = []
    for i, j, k, l in EDGES:
        edge = corners[:, j] - corners[:, i]
        first = numpy.cross(edge, corners[:, k] - corners[:, i])
        second = numpy.cross(edge, corners[:, l] - corners[:, i])
        sine = numpy.linalg.norm(numpy.cross(first, second), axis=1)
        found.append(numpy.degrees(numpy.arctan2(sine, (first * second).sum(axis=1))))
    return numpy.stack(found, axis=1)


def mean_edge(points, cells):
    edges = numpy.concatenate([cells[:, [i, j]] for i, j, _, _ in EDGES])
    edges = numpy.unique(numpy.sort(edges, axis=1), axis=0)
    return float(numpy.linalg.norm(points[edges[:, 0]] - points[edges[:, 1]], axis=1).mean())


def answer(question):
    gmsh.clear()
    build(question)
    started = time.perf_counter()
    gmsh.model.mesh.generate(3)
    milliseconds = 1000 * (time.perf_counter() - started)
    points, cells = tetrahedra()
    angles = dihedral_angles(points[cells])
    smallest = angles.min(axis=1)
    return {
        "milliseconds": milliseconds,
        "cells": len(cells),
        "meanEdge": mean_edge(points, cells),
        "angles": numpy.histogram(angles, bins=18, range=(0, 180))[0].tolist(),
        "smallestAngles": numpy.histogram(smallest, bins=15, range=(0, 75))[0].tolist(),
        "minimumAngle": float(angles.min()),
        "maximumAngle": float(angles.max()),
    }


gmsh.initialize()
gmsh.option.setNumber("General.Terminal", 0)
gmsh.option.setNumber("General.NumThreads", 1)
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
