export { FieldsmithError, FileError, GeometryError, InvalidInputError } from '../common/errors.js';
export { ARC_DEFAULTS, type ArcOptions, arcVertices } from './arc-vertices.js';
export { BOX_MESH_DEFAULTS, type BoxMeshOptions, boxMesh } from './box-mesh.js';
export { forEachCellAngle } from './cell-angles.js';
export {
  CORNER_REMOVED_SQUARE_DEFAULTS,
  type CornerRemovedSquareOptions,
  cornerRemovedSquare,
} from './corner-removed-square.js';
export { createMesh, type MeshDescription } from './create-mesh.js';
export { createPolyhedralMesh, type PolyhedralMeshDescription } from './create-polyhedral-mesh.js';
export {
  CUBE_WITH_CYLINDRICAL_HOLE_DEFAULTS,
  type CubeWithCylindricalHoleOptions,
  cubeWithCylindricalHole,
} from './cube-with-cylindrical-hole.js';
export { EXTRUDE_MESH_DEFAULTS, type ExtrudeMeshOptions, extrudeMesh } from './extrude-mesh.js';
export type { FileArray, FileArrays, MeshFile } from './formats/mesh-file.js';
export {
  type MeshFormat,
  meshFormatOf,
  type ReadMeshOptions,
  readMesh,
  type WriteMeshOptions,
  writeMesh,
} from './formats/mesh-formats.js';
export { type MeshFromFileOptions, type MeshWithData, meshFromFile } from './formats/mesh-from-file.js';
export { type PvdEntry, readPvd, writePvd } from './formats/pvd.js';
export { readMsh } from './formats/read-msh.js';
export { READ_STL_DEFAULTS, type ReadStlOptions, readStl } from './formats/read-stl.js';
export { readVtk } from './formats/read-vtk.js';
export { type ReadVtuOptions, readVtu } from './formats/read-vtu.js';
export { WRITE_MSH_DEFAULTS, type WriteMshOptions, writeMsh } from './formats/write-msh.js';
export { WRITE_STL_DEFAULTS, type WriteStlOptions, writeStl } from './formats/write-stl.js';
export { WRITE_VTK_DEFAULTS, type WriteVtkOptions, writeVtk } from './formats/write-vtk.js';
export { WRITE_VTU_DEFAULTS, type WriteVtuOptions, writeVtu } from './formats/write-vtu.js';
export type { FieldValues } from './formats/written-arrays.js';
export { PORTABLE_ZLIB, type ZlibCodec } from './formats/zlib-codec.js';
export { GENERATE_MESH_DEFAULTS, type GenerateMeshOptions, generateMesh } from './generate-mesh.js';
export {
  GENERATE_TETRAHEDRA_DEFAULTS,
  type GenerateTetrahedraOptions,
  generateTetrahedra,
  type TetrahedraInFunctionOptions,
  type TetrahedraInSurfaceOptions,
  type TetrahedralMesh,
} from './generate-tetrahedra.js';
export type { LocalRefinement } from './local-refinement.js';
export { CELL_SHAPES, type Interface, type Mesh, type Patch } from './mesh.js';
export { type MeshQuality, meshQuality, type Range } from './mesh-quality.js';
export { patchGroups } from './patch-groups.js';
export {
  PLATE_WITH_HOLES_DEFAULTS,
  type PlateWithHolesOptions,
  plateWithHoles,
} from './plate-with-holes.js';
export {
  DEFAULT_REGION,
  type PolygonGeometry,
  type PolygonInterface,
  type PolygonRing,
  type RegionPoint,
} from './polygon-geometry.js';
export type { StepOptions } from './steps.js';
export { checkClosedSurface, enclosedVolume, type TriangleSurface } from './triangle-surface.js';
export type { CellSize } from './wanted-size.js';
