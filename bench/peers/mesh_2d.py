"""Gmsh on the geometries of bench/mesh.ts: one line of JSON in, one out.

In: {"outer": [[x, y], ...], "holes": [ring, ...], "inclusions": [ring, ...], "size": number or an expression of x and y,
"algorithm": Gmsh's number}. Out: milliseconds of generate(2), cells, and counts of angles in bins (of all angles in
steps of 10 degrees, of the smallest of every triangle in steps of 5), smallest and mean smallest angle.
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


def build(question):
    size = question["size"]
    uniform = isinstance(size, (int, float))
    geo = gmsh.model.geo

    def loop(ring):
        points = [geo.addPoint(x, y, 0, size if uniform else 0) for x, y in ring]
        lines = [geo.addLine(p, points[(i + 1) % len(points)]) for i, p in enumerate(points)]
        return geo.addCurveLoop(lines)

    outer = loop(question["outer"])
    holes = [loop(ring) for ring in question["holes"]]
    inclusions = [loop(ring) for ring in question["inclusions"]]
    geo.addPlaneSurface([outer, *holes, *inclusions])
    for inclusion in inclusions:
        geo.addPlaneSurface([inclusion])
    geo.synchronize()
    gmsh.option.setNumber("Mesh.MeshSizeExtendFromBoundary", 1 if uniform else 0)
    gmsh.option.setNumber("Mesh.MeshSizeFromPoints", 1 if uniform else 0)
    if not uniform:
        field = gmsh.model.mesh.field
        tag = field.add("MathEval")
        field.setString(tag, "F", size)
        field.setAsBackgroundMesh(tag)
    gmsh.option.setNumber("Mesh.Algorithm", question["algorithm"])


def angles():
    tags, coordinates, _ = gmsh.model.mesh.getNodes()
    index = numpy.zeros(int(tags.max()) + 1, dtype=int)
    index[tags] = numpy.arange(len(tags))
    points = coordinates.reshape(-1, 3)[:, :2]
    _, nodes = gmsh.model.mesh.getElementsByType(2)
    corners = points[index[nodes]].reshape(-1, 3, 2)
    sides = numpy.roll(corners, -1, axis=1) - corners
    back = -numpy.roll(sides, 1, axis=1)
    cross = sides[..., 0] * back[..., 1] - sides[..., 1] * back[..., 0]
    return numpy.degrees(numpy.arctan2(numpy.abs(cross), (sides * back).sum(axis=2)))


def answer(question):
    gmsh.clear()
    build(question)
    started = time.perf_counter()
    gmsh.model.mesh.generate(2)
    milliseconds = 1000 * (time.perf_counter() - started)
    found = angles()
    smallest = found.min(axis=1)
    return {
        "milliseconds": milliseconds,
        "cells": len(found),
        "angles": numpy.histogram(found, bins=18, range=(0, 180))[0].tolist(),
        "smallestAngles": numpy.histogram(smallest, bins=12, range=(0, 60.000001))[0].tolist(),
        "minimumAngle": float(smallest.min()),
        "meanSmallestAngle": float(smallest.mean()),
    }


gmsh.initialize()
gmsh.option.setNumber("General.Terminal", 0)
gmsh.option.setNumber("General.NumThreads", 1)
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
