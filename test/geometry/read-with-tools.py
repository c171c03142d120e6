"""Reads mesh files with VTK, meshio and Gmsh and prints what each holds as JSON, for formats-interoperability.test.ts.

    python read-with-tools.py FILE...        {"FILE": {"vtk": {...}, "meshio": {...}}, ...}
    python read-with-tools.py --check        exits with 0 if all three packages are there
"""

import json
import sys
from pathlib import Path

import gmsh
import meshio
import numpy as np
import vtk
from vtk.util.numpy_support import vtk_to_numpy

# order of the corners in meshio is that of VTK
VTK_TYPE = {"line": 3, "triangle": 5, "quad": 9, "polygon": 7, "tetra": 10, "hexahedron": 12, "wedge": 13, "pyramid": 14}


def flat(values):
    return [x if np.isfinite(x) else str(x) for x in np.asarray(values, dtype=float).ravel().tolist()]


def with_vtk(path):
    reader = vtk.vtkXMLUnstructuredGridReader() if path.endswith(".vtu") else vtk.vtkUnstructuredGridReader()
    if path.endswith(".vtk"):
        reader.ReadAllFieldsOn()
    errors = []
    reader.AddObserver("ErrorEvent", lambda *_: errors.append("error"))
    reader.SetFileName(path)
    reader.Update()
    grid = reader.GetOutput()
    cells, faces = [], []
    for c in range(grid.GetNumberOfCells()):
        ids = grid.GetCell(c).GetPointIds()
        cells.append([ids.GetId(i) for i in range(ids.GetNumberOfIds())])
        if grid.GetCellType(c) == vtk.VTK_POLYHEDRON:
            cell = grid.GetCell(c)
            faces.append([[cell.GetFace(f).GetPointId(i) for i in range(cell.GetFace(f).GetNumberOfPoints())]
                          for f in range(cell.GetNumberOfFaces())])

    def arrays(data):
        return {data.GetArrayName(i): {"type": data.GetArray(i).GetDataTypeAsString(),
                                       "components": data.GetArray(i).GetNumberOfComponents(),
                                       "unit": data.GetArray(i).GetInformation().Get(vtk.vtkDataArray.UNITS_LABEL()),
                                       "values": flat(vtk_to_numpy(data.GetArray(i)))}
                for i in range(data.GetNumberOfArrays())}

    measure = vtk.vtkCellSizeFilter()
    measure.SetInputData(grid)
    measure.Update()
    sizes = measure.GetOutput().GetCellData()
    return {"errors": errors, "points": flat(vtk_to_numpy(grid.GetPoints().GetData())), "cells": cells, "faces": faces,
            "types": [grid.GetCellType(c) for c in range(grid.GetNumberOfCells())],
            "volumes": flat(vtk_to_numpy(sizes.GetArray("Volume"))), "areas": flat(vtk_to_numpy(sizes.GetArray("Area"))),
            "cellData": arrays(grid.GetCellData()), "pointData": arrays(grid.GetPointData())}


def with_meshio(path):
    try:
        mesh = meshio.read(path)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
    cells = sorted([VTK_TYPE.get(block.type, block.type), *np.asarray(row).ravel().tolist()]
                   for block in mesh.cells for row in block.data)
    return {"points": flat(mesh.points), "cells": cells,
            "pointData": {name: flat(values) for name, values in mesh.point_data.items()},
            "cellData": {name: flat(np.concatenate(values)) for name, values in mesh.cell_data.items()}}


def with_gmsh(path):
    gmsh.initialize()
    gmsh.option.setNumber("General.Terminal", 0)
    gmsh.open(path)
    groups = {}
    for dimension, tag in gmsh.model.getPhysicalGroups():
        name = gmsh.model.getPhysicalName(dimension, tag) or str(tag)
        count = 0
        for entity in gmsh.model.getEntitiesForPhysicalGroup(dimension, tag):
            count += sum(len(tags) for tags in gmsh.model.mesh.getElements(dimension, entity)[1])
        groups[name] = [dimension, count]
    top = max(dimension for dimension, _ in gmsh.model.getEntities())
    types, _, nodes = gmsh.model.mesh.getElements(top)
    result = {"points": flat(gmsh.model.mesh.getNodes()[1]), "groups": groups, "views": len(gmsh.view.getTags()),
              "cells": [(np.asarray(tags).astype(int) - 1).tolist() for tags in nodes],
              "qualities": [min(gmsh.model.mesh.getElementQualities(tags, "volume").tolist())
                            for tags in gmsh.model.mesh.getElements(top)[1]]}
    gmsh.finalize()
    return result


def surface_with_vtk(path):
    reader = vtk.vtkSTLReader()
    reader.SetFileName(path)
    reader.Update()
    surface = reader.GetOutput()
    mass = vtk.vtkMassProperties()
    mass.SetInputData(surface)
    return {"triangles": surface.GetNumberOfCells(), "points": surface.GetNumberOfPoints(), "volume": mass.GetVolume()}


if sys.argv[1] != "--check":
    answer = {}
    for path in sys.argv[1:]:
        name = Path(path).name
        if path.endswith(".stl"):
            answer[name] = {"vtk": surface_with_vtk(path)}
        elif path.endswith(".msh"):
            answer[name] = {"gmsh": with_gmsh(path)}
            if not path.endswith("-data.msh"):
                answer[name]["meshio"] = with_meshio(path)
        else:
            answer[name] = {"vtk": with_vtk(path)}
            # meshio has no polygons of mixed sizes, and reads headers of raw data in the byte order of the machine
            if not any(part in name for part in ("polyhedra", "polygons", "appended-none-UInt64-BigEndian")):
                answer[name]["meshio"] = with_meshio(path)
    print(json.dumps(answer))
