import { InvalidInputError } from '../../common/errors.js';
import type { Mesh } from '../../geometry/mesh.js';
import { assembleOperator } from '../../solvers/index.js';
import { type NpsolverSample, PATCH_TYPES } from './npsolver-layout.js';
import { type GroupWriter, groupWriter } from './write-datasets.js';
import { writeHdf5File } from './write-file-node.js';

export interface WriteNpsolverOptions {
  /** Of the slab of one cell that a 2D mesh becomes, in the mesh's unit */
  readonly thickness?: number;
}

export const WRITE_NPSOLVER_DEFAULTS = { thickness: 1 } as const;

const CALLER = 'writeNpsolverFile';

/**
 * Writes meshes and samples in NPSolver's HDF5 layout, whole or not at all: a group each, 32-bit numbers, f = −q. A 2D mesh
 * becomes a slab of one cell with an `empty` patch, of which no face is stored. `deltaCoeff` is what our operator has with
 * κ = 1, so that the file's two-point fluxes are ours. Of a mesh that lies in several samples each has a copy.
 *
 * @throws InvalidInputError for patches without a type, arrays of other lengths, numbers that 32 bits cannot hold, and names
 *   given twice; GeometryError for meshes that cannot be solved on; FileError when the file cannot be written
 */
export async function writeNpsolverFile(
  path: string,
  samples: readonly NpsolverSample[],
  options: WriteNpsolverOptions = {},
): Promise<void> {
  const { thickness } = { ...WRITE_NPSOLVER_DEFAULTS, ...options };
  if (!(thickness > 0 && Number.isFinite(thickness))) {
    throw new InvalidInputError(`${CALLER}: thickness must be a positive length, got ${thickness}`);
  }
  if (samples.length === 0) throw new InvalidInputError(`${CALLER}: no samples; give at least one`);
  const names = samples.map(({ name }, index) => name ?? String(index));
  names.forEach((name, index) => {
    if (name === '' || name.includes('/') || names.indexOf(name) !== index) {
      throw new InvalidInputError(
        `${CALLER}: '${name}' cannot name sample ${index}; names are unique, not empty and have no '/'`,
      );
    }
  });
  await writeHdf5File(CALLER, path, (root) => {
    samples.forEach((sample, index) => {
      writeSample(groupWriter(CALLER, root.create_group(names[index])), sample, thickness);
    });
  });
}

function writeSample(writer: GroupWriter, sample: NpsolverSample, slab: number): void {
  const { mesh, caseName, boundaryValues, source, solution } = sample;
  const { dimension, cellCount, faceCount, internalFaceCount } = mesh;
  const boundaryFaceCount = faceCount - internalFaceCount;
  const thickness = dimension === 3 ? 1 : slab;
  const middle = dimension === 3 ? 0 : thickness / 2;
  const { types, sizes, offsets } = patchTable(sample);

  writer.count('num_cells', cellCount);
  writer.count('num_surfaces', internalFaceCount);
  writer.count('num_boundary_surfaces', boundaryFaceCount);
  writer.count('num_patches', types.length);
  writer.count('num_meshes', 1);
  writer.floats('pos', threeColumns(mesh.cellCentroids, dimension, middle), 3);
  writer.floats(
    'volume',
    mesh.cellVolumes.map((volume) => volume * thickness),
  );
  writer.integers('lowerIndex', mesh.owner.subarray(0, internalFaceCount));
  writer.integers('upperIndex', mesh.neighbour);
  writer.integers('face2cell', mesh.owner.subarray(internalFaceCount));

  const deltas = deltaCoefficients(mesh);
  const areas = mesh.faceAreas.map((area) => area * thickness);
  const vectors = mesh.faceNormals.map((component, at) => component * areas[Math.floor(at / dimension)]);
  for (const [first, end, names] of [
    [0, internalFaceCount, ['magSf', 'deltaCoeff', 'sf']],
    [internalFaceCount, faceCount, ['bouMagSf', 'bouDeltaCoeff', 'bouSf']],
  ] as const) {
    writer.floats(names[0], areas.subarray(first, end));
    writer.floats(names[1], deltas.subarray(first, end));
    writer.floats(
      names[2],
      threeColumns(vectors.subarray(first * dimension, end * dimension), dimension, 0),
      3,
    );
  }
  writer.floats('weights', interpolationWeights(mesh));
  writer.floats('bouWeights', new Float64Array(boundaryFaceCount).fill(1));
  const boundaryCentroids = mesh.faceCentroids.subarray(internalFaceCount * dimension);
  writer.floats('bou_faces_centroid', threeColumns(boundaryCentroids, dimension, middle), 3);

  writer.integers('patchSize', sizes, 1);
  writer.integers('patchOffset', offsets, 1);
  writer.integers('patchTypeP', types, 1);
  writer.integers('patchTypeU', types, 1);
  // of cyclic patches only
  writer.integers('neighborPatchOffset', new Int32Array(types.length), 1);
  writer.integers('patch2mesh', new Int32Array(types.length), 1);
  writer.integers('cell_offset', [0], 1);

  if (caseName !== undefined) writer.text('case_name', caseName);
  if (boundaryValues) {
    writer.floats('boundaryP', ofLength('boundaryValues', boundaryValues, boundaryFaceCount));
  }
  if (source) {
    writer.floats(
      'f_samples',
      ofLength('source', source, cellCount).map((q) => -q),
    );
  }
  if (solution) writer.floats('p_solved', ofLength('solution', solution, cellCount));
}

function patchTable({ mesh, boundaryTypes }: NpsolverSample) {
  const kept = mesh.patches.filter(({ size }) => size > 0);
  const types = kept.map(({ name }): number => {
    const type = boundaryTypes[name];
    if (type !== 'dirichlet' && type !== 'neumann') {
      throw new InvalidInputError(
        `${CALLER}: patch '${name}' needs a boundary type 'dirichlet' or 'neumann', got ${type}`,
      );
    }
    return type === 'dirichlet' ? PATCH_TYPES.fixedValue : PATCH_TYPES.zeroGradient;
  });
  const sizes = kept.map(({ size }) => size);
  const offsets = kept.map(({ start }) => start - mesh.internalFaceCount);
  if (mesh.dimension === 3) return { types, sizes, offsets };
  return {
    types: [...types, PATCH_TYPES.empty],
    sizes: [...sizes, 0],
    offsets: [...offsets, mesh.faceCount - mesh.internalFaceCount],
  };
}

/** a_f/|S| of the operator with κ = 1, `[face]`. */
function deltaCoefficients(mesh: Mesh): Float64Array {
  const fixed = Object.fromEntries(mesh.patches.map(({ name }) => [name, 'dirichlet' as const]));
  const { faceCoefficients, boundaryCoefficients } = assembleOperator(mesh, 1, fixed);
  return mesh.faceAreas.map((area, face) => {
    const coefficient =
      face < mesh.internalFaceCount
        ? faceCoefficients[face]
        : boundaryCoefficients[face - mesh.internalFaceCount];
    return coefficient / area;
  });
}

/** Share of the owner in a value on the face: n·(x_N − x_f) / n·(x_N − x_P), `[internal face]`. */
function interpolationWeights(mesh: Mesh): Float64Array {
  const { dimension, owner, neighbour, cellCentroids, faceCentroids, faceNormals } = mesh;
  return Float64Array.from({ length: mesh.internalFaceCount }, (_, face) => {
    let toFace = 0;
    let beyond = 0;
    for (let axis = 0; axis < dimension; axis++) {
      const normal = faceNormals[face * dimension + axis];
      const x = faceCentroids[face * dimension + axis];
      toFace += normal * (x - cellCentroids[owner[face] * dimension + axis]);
      beyond += normal * (cellCentroids[neighbour[face] * dimension + axis] - x);
    }
    return Math.abs(beyond) / (Math.abs(toFace) + Math.abs(beyond));
  });
}

/** `[row][3]` of rows of `dimension`. */
function threeColumns(rows: Float64Array, dimension: number, third: number): Float64Array {
  if (dimension === 3) return rows;
  const filled = new Float64Array((rows.length / 2) * 3);
  for (let row = 0; row < rows.length / 2; row++) {
    filled.set([rows[2 * row], rows[2 * row + 1], third], 3 * row);
  }
  return filled;
}

function ofLength(name: string, values: Float64Array, count: number): Float64Array {
  if (values.length === count) return values;
  throw new InvalidInputError(`${CALLER}: ${name} should have ${count} values, got ${values.length}`);
}
