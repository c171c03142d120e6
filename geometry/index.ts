export { FieldsmithError, FileError, GeometryError, InvalidInputError } from '../common/errors.js';
export {
  CORNER_REMOVED_SQUARE_DEFAULTS,
  type CornerRemovedSquareOptions,
  cornerRemovedSquare,
} from './corner-removed-square.js';
export { createMesh, type MeshDescription } from './create-mesh.js';
export { GENERATE_MESH_DEFAULTS, type GenerateMeshOptions, generateMesh } from './generate-mesh.js';
export { CELL_SHAPES, type Interface, type Mesh, type Patch } from './mesh.js';
export { meshFromVtu } from './mesh-from-vtu.js';
export { type MeshQuality, meshQuality, type Range } from './mesh-quality.js';
export {
  PLATE_WITH_HOLES_DEFAULTS,
  type PlateWithHolesOptions,
  plateWithHoles,
} from './plate-with-holes.js';
export type { PolygonGeometry, PolygonRing } from './polygon-geometry.js';
export { READ_VTU_DEFAULTS, type ReadVtuOptions, readVtu, type VtuFile } from './read-vtu.js';
export type { VtuArray } from './vtu-types.js';
export { type VtuValues, WRITE_VTU_DEFAULTS, type WriteVtuOptions, writeVtu } from './write-vtu.js';
