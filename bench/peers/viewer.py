"""Cuts and contours of a file's tetrahedra with VTK's fastest filters for them, in one thread.

One line of JSON in, one out: {"file": …, "normal": …, "origin": …, "level": …, "repeats": …}
-> {"load_ms": …, "cut_ms": …, "cut_cells": …, "iso_ms": …, "iso_cells": …}
"""

import json
import statistics
import sys
import time

try:
    import vtk
    from vtkmodules.util.numpy_support import vtk_to_numpy
except ModuleNotFoundError as missing:
    for _ in sys.stdin:
        print(json.dumps({"missing": missing.name}), flush=True)
    sys.exit()

vtk.vtkSMPTools.Initialize(1)


def milliseconds(run, repeats):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def area(polydata):
    points = vtk_to_numpy(polydata.GetPoints().GetData()).astype(float)
    triangles = vtk_to_numpy(polydata.GetPolys().GetConnectivityArray()).reshape(-1, 3)
    a, b, c = (points[triangles[:, k]] for k in range(3))
    import numpy

    return float(numpy.linalg.norm(numpy.cross(b - a, c - a), axis=1).sum() / 2)


for line in sys.stdin:
    question = json.loads(line)
    start = time.perf_counter()
    reader = vtk.vtkXMLUnstructuredGridReader()
    reader.SetFileName(question["file"])
    reader.Update()
    grid = reader.GetOutput()
    load = 1000 * (time.perf_counter() - start)
    grid.GetPointData().SetActiveScalars("distance")

    plane = vtk.vtkPlane()
    plane.SetNormal(*question["normal"])
    plane.SetOrigin(*question["origin"])
    cutter = vtk.vtk3DLinearGridPlaneCutter()
    cutter.SetInputData(grid)
    cutter.SetPlane(plane)
    cutter.SetInterpolateAttributes(False)

    contour = vtk.vtkContour3DLinearGrid()
    contour.SetInputData(grid)
    contour.SetInputArrayToProcess(0, 0, 0, vtk.vtkDataObject.FIELD_ASSOCIATION_POINTS, "distance")
    contour.SetValue(0, question["level"])
    contour.SetInterpolateAttributes(False)
    contour.SetComputeNormals(False)

    answer = {"load_ms": load}
    for name, pipeline in (("cut", cutter), ("iso", contour)):

        def update():
            pipeline.Modified()
            pipeline.Update()

        update()
        answer[f"{name}_ms"] = milliseconds(update, question["repeats"])
        output = pipeline.GetOutput()
        answer[f"{name}_triangles"] = output.GetNumberOfCells()
        answer[f"{name}_area"] = area(output)
    print(json.dumps(answer), flush=True)
