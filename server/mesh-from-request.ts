import { definedOnly } from '../common/defined-only.js';
import { GeometryError, InvalidInputError } from '../common/errors.js';
import { NODE_ZLIB } from '../geometry/files/index.js';
import {
  boxMesh,
  cornerRemovedSquare,
  cubeWithCylindricalHole,
  type FileArrays,
  generateMesh,
  generateTetrahedra,
  type Mesh,
  type PolygonGeometry,
  plateWithHoles,
  readMesh,
  readStl,
} from '../geometry/index.js';
import type { MeshRequest, UploadQuery } from './mesh-request.js';

/** A mesh with one array per cell field of its file. */
export interface MeshWithFields {
  readonly mesh: Mesh;
  /** `[cell]`, the fields of one component */
  readonly cellFields: Readonly<Record<string, Float64Array>>;
}

export interface MeshLimits {
  readonly maximumCells: number;
  /** Bytes that the arrays of a file may decode to */
  readonly maximumBytes: number;
}

/** @throws InvalidInputError, GeometryError as the generator, and for more than `maximumCells` */
export function generatedMesh(request: MeshRequest, limits: MeshLimits): MeshWithFields {
  return { mesh: generate(request, limits), cellFields: {} };
}

function generate(request: MeshRequest, { maximumCells }: MeshLimits): Mesh {
  const planar = (geometry: PolygonGeometry, { cellSize, cellCount }: Sizes) => {
    requireFewer(cellCount ?? 0, maximumCells);
    return generateMesh(geometry, { cellSize, cellCount, maximumCells });
  };
  switch (request.generator) {
    case 'polygon':
      return planar(request.geometry, request);
    case 'plate-with-holes': {
      const { generator: _, cellSize, cellCount, ...options } = request;
      return planar(plateWithHoles(definedOnly(options)), { cellSize, cellCount });
    }
    case 'corner-removed-square': {
      const { generator: _, cellSize, cellCount, ...options } = request;
      return planar(cornerRemovedSquare(definedOnly(options)), { cellSize, cellCount });
    }
    case 'box': {
      const { generator: _, ...options } = request;
      requireFewer(options.cells[0] * options.cells[1] * options.cells[2], maximumCells);
      return boxMesh(definedOnly(options));
    }
    case 'cube-with-cylindrical-hole': {
      const { generator: _, ...options } = request;
      requireFewer(options.cellCount, maximumCells);
      return cubeWithCylindricalHole(definedOnly(options));
    }
  }
}

interface Sizes {
  readonly cellSize?: number;
  readonly cellCount?: number;
}

/**
 * The mesh in the bytes of an upload; a surface is filled with tetrahedra.
 *
 * @throws FileError, GeometryError as the readers; InvalidInputError for a surface without a cell size
 */
export async function uploadedMesh(
  bytes: Uint8Array,
  { format, cellSize, featureAngle, mergeDistance }: UploadQuery,
  { maximumCells, maximumBytes }: MeshLimits,
  signal?: AbortSignal,
): Promise<MeshWithFields> {
  if (format === 'stl') {
    if (cellSize === undefined) {
      throw new InvalidInputError(
        'meshes: an STL file holds a surface; give cellSize, the edge length of the tetrahedra that are to fill it',
      );
    }
    const surface = readStl(bytes, definedOnly({ mergeDistance }));
    const options = definedOnly({ cellSize, featureAngle, maximumCells });
    return { mesh: generateTetrahedra({ surface, ...options }).mesh, cellFields: {} };
  }
  if (cellSize !== undefined || featureAngle !== undefined) {
    throw new InvalidInputError(
      'meshes: cellSize and featureAngle belong to format=stl; a file with cells is taken as it is',
    );
  }
  const options = definedOnly({ format, mergeDistance, signal, maximumBytes });
  const { mesh, cellData } = await readMesh(bytes, { ...options, zlib: NODE_ZLIB });
  requireFewer(mesh.cellCount, maximumCells);
  return { mesh, cellFields: scalarFields(cellData) };
}

function scalarFields(arrays: FileArrays): Record<string, Float64Array> {
  const fields: Record<string, Float64Array> = Object.create(null);
  for (const [name, { components, values }] of Object.entries(arrays)) {
    if (components === 1) fields[name] = Float64Array.from(values);
  }
  return fields;
}

function requireFewer(cells: number, maximumCells: number): void {
  if (cells > maximumCells) {
    throw new GeometryError(`meshes: ${cells} cells are more than this service takes, ${maximumCells}`);
  }
}
