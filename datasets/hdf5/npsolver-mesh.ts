import type { Mesh, Patch } from '../../geometry/mesh.js';
import type { BoundaryTypes } from '../boundary-types.js';
import { PATCH_TYPES } from './npsolver-layout.js';
import type { GroupReader } from './read-datasets.js';
import { slabThickness } from './slab-thickness.js';

/** 32-bit integers number cells and faces in meshes. */
const MOST = 2 ** 31 - 1;

export interface NpsolverMeshOptions {
  /** By default 2 where a patch is `empty`, as the front and back of a slab of one cell are, otherwise 3. */
  readonly dimension?: 2 | 3;
  /** Of the slab that a 2D mesh is; by default found from neighbouring faces of a straight boundary, or else 1. */
  readonly thickness?: number;
}

/**
 * Mesh and boundary types of one group in NPSolver's layout. There are no points in it: cells are volumes with centroids.
 * The centroid of an internal face is put between those of its cells, where `weights` say that the face lies.
 *
 * @throws FileError naming the dataset that is missing, of another shape, not finite, not positive or out of range
 */
export function npsolverMesh(
  reader: GroupReader,
  options: NpsolverMeshOptions = {},
): { readonly mesh: Mesh; readonly boundaryTypes: BoundaryTypes } {
  const cellCount = reader.count('num_cells', 1);
  const internalFaceCount = reader.rows('lowerIndex');
  const boundaryFaceCount = reader.count('num_boundary_surfaces', 0);
  const surfaces = reader.count('num_surfaces', 0);
  if (surfaces !== internalFaceCount && surfaces !== internalFaceCount + boundaryFaceCount) {
    throw reader.fail(`num_surfaces is ${surfaces}, 'lowerIndex' has ${internalFaceCount} entries`);
  }
  if (reader.has('num_meshes') && reader.count('num_meshes', 1) !== 1) {
    throw reader.fail('num_meshes is not 1; one group must hold one mesh');
  }
  const { patches, boundaryTypes, hasEmpty } = readPatches(reader, internalFaceCount, boundaryFaceCount);
  const dimension = options.dimension ?? (hasEmpty ? 2 : 3);

  const cell = cellCount - 1;
  const lower = reader.integers('lowerIndex', internalFaceCount, 0, cell);
  const neighbour = reader.integers('upperIndex', internalFaceCount, 0, cell);
  const inside = reader.integers('face2cell', boundaryFaceCount, 0, cell);
  const loop = lower.findIndex((owner, face) => owner === neighbour[face]);
  if (loop >= 0) throw reader.fail(`face ${loop} joins cell ${lower[loop]} with itself`);

  const cellCentroids = firstColumns(reader.floats('pos', cellCount, 3), dimension);
  const boundaryCentroids = firstColumns(
    reader.floats('bou_faces_centroid', boundaryFaceCount, 3),
    dimension,
  );
  const weights = reader.has('weights')
    ? reader.floats('weights', internalFaceCount)
    : new Float64Array(internalFaceCount).fill(0.5);
  const faceCentroids = new Float64Array((internalFaceCount + boundaryFaceCount) * dimension);
  faceCentroids.set(boundaryCentroids, internalFaceCount * dimension);
  for (let face = 0; face < internalFaceCount; face++) {
    const weight = weights[face];
    if (!(weight > 0 && weight < 1)) {
      throw reader.fail(`value ${face} of 'weights' is ${weight}, expected a number between 0 and 1`);
    }
    for (let axis = 0; axis < dimension; axis++) {
      faceCentroids[face * dimension + axis] =
        weight * cellCentroids[lower[face] * dimension + axis] +
        (1 - weight) * cellCentroids[neighbour[face] * dimension + axis];
    }
  }
  const perFace = (internal: string, boundary: string) =>
    joined(positive(reader, internal, internalFaceCount), positive(reader, boundary, boundaryFaceCount));
  const areas = perFace('magSf', 'bouMagSf');
  const faceNormals = joined(
    unitVectors(reader, 'sf', internalFaceCount, dimension),
    unitVectors(reader, 'bouSf', boundaryFaceCount, dimension),
  );
  const thickness = dimension === 3 ? 1 : (options.thickness ?? found(boundaryCentroids, faceNormals, areas));
  return {
    boundaryTypes,
    mesh: {
      dimension,
      points: new Float64Array(0),
      cellCount,
      cellOffsets: new Int32Array(cellCount + 1),
      cellPoints: new Int32Array(0),
      cellVolumes: positive(reader, 'volume', cellCount).map((volume) => volume / thickness),
      cellCentroids,
      faceCount: internalFaceCount + boundaryFaceCount,
      internalFaceCount,
      faceOffsets: new Int32Array(internalFaceCount + boundaryFaceCount + 1),
      facePoints: new Int32Array(0),
      owner: Int32Array.from([...lower, ...inside]),
      neighbour,
      faceAreas: areas.map((area) => area / thickness),
      faceNormals,
      faceCentroids,
      deltaCoefficients: perFace('deltaCoeff', 'bouDeltaCoeff'),
      patches,
    },
  };
}

function found(centroids: Float64Array, normals: Float64Array, areas: Float64Array): number {
  const boundary = centroids.length / 2;
  const tail = <Values extends Float64Array>(values: Values, length: number) =>
    values.subarray(values.length - length);
  return slabThickness(centroids, tail(normals, 2 * boundary), tail(areas, boundary)) ?? 1;
}

function readPatches(reader: GroupReader, internalFaceCount: number, boundaryFaceCount: number) {
  const count = reader.count('num_patches', 0);
  const sizes = reader.integers('patchSize', count, 0, boundaryFaceCount);
  const offsets = reader.integers('patchOffset', count, 0, MOST);
  const types = reader.integers('patchTypeP', count, 0, PATCH_TYPES.cyclic);
  const patches: Patch[] = [];
  const boundaryTypes: Record<string, 'dirichlet' | 'neumann'> = {};
  let next = 0;
  sizes.forEach((size, index) => {
    if (types[index] === PATCH_TYPES.empty && size > 0) {
      throw reader.fail(`patch ${index} is 'empty' and has ${size} faces; expected none`);
    }
    if (size === 0) return;
    if (offsets[index] !== next) {
      throw reader.fail(`patch ${index} begins at face ${offsets[index]}, expected ${next}: patches adjoin`);
    }
    if (types[index] !== PATCH_TYPES.zeroGradient && types[index] !== PATCH_TYPES.fixedValue) {
      const name = types[index] === PATCH_TYPES.cyclic ? 'cyclic' : 'symmetry';
      throw reader.fail(`patch ${index} is '${name}'; zeroGradient, fixedValue and empty patches are read`);
    }
    const name = `patch-${index}`;
    patches.push({ name, start: internalFaceCount + next, size });
    boundaryTypes[name] = types[index] === PATCH_TYPES.fixedValue ? 'dirichlet' : 'neumann';
    next += size;
  });
  if (next !== boundaryFaceCount) {
    throw reader.fail(`the patches have ${next} faces, num_boundary_surfaces is ${boundaryFaceCount}`);
  }
  return { patches, boundaryTypes, hasEmpty: types.includes(PATCH_TYPES.empty) };
}

function positive(reader: GroupReader, name: string, count: number): Float64Array {
  const values = reader.floats(name, count);
  const bad = values.findIndex((value) => !(value > 0));
  if (bad >= 0) throw reader.fail(`value ${bad} of '${name}' is ${values[bad]}, expected positive numbers`);
  return values;
}

/** `[row][dimension]` of rows of 3, each scaled to length 1. */
function unitVectors(reader: GroupReader, name: string, count: number, dimension: number): Float64Array {
  const vectors = firstColumns(reader.floats(name, count, 3), dimension);
  for (let row = 0; row < count; row++) {
    const vector = vectors.subarray(row * dimension, (row + 1) * dimension);
    const length = Math.hypot(...vector);
    if (!(length > 0)) {
      throw reader.fail(
        `row ${row} of '${name}' has no length in the first ${dimension} directions; give \`dimension\``,
      );
    }
    for (let axis = 0; axis < dimension; axis++) vector[axis] /= length;
  }
  return vectors;
}

function firstColumns(rows: Float64Array, dimension: number): Float64Array {
  if (dimension === 3) return rows;
  return Float64Array.from({ length: (rows.length / 3) * 2 }, (_, at) => rows[3 * (at >> 1) + (at & 1)]);
}

function joined(a: Float64Array, b: Float64Array): Float64Array {
  const all = new Float64Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

/** Whether two meshes are the same numbers: files repeat the mesh with every sample on it. */
export function sameMesh(a: Mesh, b: Mesh): boolean {
  const numbers = (mesh: Mesh) => [
    mesh.cellCentroids,
    mesh.cellVolumes,
    mesh.owner,
    mesh.neighbour,
    mesh.faceAreas,
    mesh.faceNormals,
    mesh.faceCentroids,
    mesh.deltaCoefficients!,
  ];
  const others = numbers(b);
  return (
    a.dimension === b.dimension &&
    JSON.stringify(a.patches) === JSON.stringify(b.patches) &&
    numbers(a).every((values, i) => {
      const other = others[i];
      return values.length === other.length && values.every((value, at) => value === other[at]);
    })
  );
}
