import type { Mesh } from '../geometry/index.js';
import { domainScale } from '../operators/index.js';
import type { PoissonOperator } from '../solvers/index.js';
import { NEAR, shapeDescriptors, wallDistances } from './shape-descriptors.js';

/** Figures of one kind, in the order of {@link DESCRIPTORS}. */
export type DescriptorGroup = 'shape' | 'resolution' | 'boundary' | 'material' | 'load';

export type Descriptors = Readonly<Partial<Record<DescriptorGroup, readonly number[]>>>;

export interface DescriptorKind {
  /** As a sentence names it; `shown` values follow. */
  readonly name: string;
  /** Deviation that makes no difference to an answer, or that remeshing the same part causes: added to the spread seen. */
  readonly floor: number;
  /** Only larger values are outside. */
  readonly upwards?: boolean;
  /** The value as a person reads it; by default itself. */
  readonly shown?: (value: number) => number;
}

/** A load: q per unit volume and b, both `[cell]`. */
export interface Load {
  readonly source: Float64Array;
  readonly rightHandSide: Float64Array;
}

const AXES = ['x', 'y', 'z'];

/**
 * What is measured of a problem. Every figure is dimensionless, lengths over L (half the bounding box's longest side) and
 * κ over its mean, so that units do not matter; axes do, since the networks read coordinates.
 *
 * Names of patches are left out, as no network reads them; what they do is: where the Dirichlet faces lie.
 */
export function descriptorKinds(
  dimension: 2 | 3,
): Readonly<Record<DescriptorGroup, readonly DescriptorKind[]>> {
  const axes = AXES.slice(0, dimension);
  const perAxis = (name: (axis: string) => string, kind: Omit<DescriptorKind, 'name'>) =>
    axes.map((axis) => ({ name: name(axis), ...kind }));
  const pairs = axes.flatMap((a, i) => axes.slice(i).map((b) => a + b));
  return {
    shape: [
      ...perAxis((axis) => `side of the bounding box along ${axis} over its longest`, {
        floor: 0.03,
        shown: Math.exp,
      }),
      { name: 'share of the bounding box that is filled', floor: 0.02 },
      { name: 'boundary over volume', floor: 0.05, shown: Math.exp },
      ...perAxis((axis) => `centre of volume along ${axis}`, { floor: 0.02 }),
      ...pairs.map((pair) => ({ name: `second moment ${pair} of the volume`, floor: 0.015 })),
      ...perAxis((axis) => `third moment of the volume along ${axis}`, { floor: 0.015 }),
      { name: 'share of the volume near a wall', floor: 0.03 },
      { name: 'share of the volume very near a wall', floor: 0.05 },
      { name: 'largest distance to a wall', floor: 0.02 },
      ...perAxis((axis) => `share of the boundary that faces ${axis}`, { floor: 0.02 }),
      { name: 'alignment of the boundary with the axes', floor: 0.02 },
      { name: 'through holes', floor: 0.25 },
    ],
    resolution: [
      { name: 'cell size over the half length of the part', floor: 0.15, shown: Math.exp },
      { name: 'spread of the cell sizes', floor: 0.1 },
    ],
    boundary: [
      { name: 'Dirichlet share of the boundary', floor: 0.03 },
      ...perAxis((axis) => `place of the Dirichlet boundary along ${axis}`, { floor: 0.03 }),
      { name: 'share of the volume near a Dirichlet face', floor: 0.03 },
    ],
    material: [
      { name: 'spread of log κ', floor: 0.05 },
      { name: 'largest κ over the smallest', floor: 0.1, shown: Math.exp },
      { name: 'anisotropy of κ', floor: 0.03 },
      { name: 'reaction c L²/κ', floor: 0.1, upwards: true, shown: Math.expm1 },
      { name: 'contact resistance R κ/L', floor: 0.03, upwards: true, shown: Math.expm1 },
    ],
    load: [
      { name: 'wave number of the source', floor: 0.1, upwards: true, shown: Math.expm1 },
      { name: 'share of boundary fluxes in the load', floor: 0.03 },
      { name: 'share of boundary values in the load', floor: 0.03 },
    ],
  };
}

/** What belongs to a mesh or operator is measured once: further loads on it are cheap, and statistics count a mesh once. */
const ofMeshes = new WeakMap<Mesh, Descriptors>();
const ofOperators = new WeakMap<PoissonOperator, Descriptors>();

/** Figures of a problem; without a load those of mesh, boundary types and κ alone. */
export function problemDescriptors(operator: PoissonOperator, load?: Load): Descriptors {
  const { mesh } = operator;
  const { length } = domainScale(mesh);
  const ofMesh = once(ofMeshes, mesh, () => ({
    shape: shapeDescriptors(mesh),
    resolution: resolution(mesh, length),
  }));
  const ofOperator = once(ofOperators, operator, () => ({
    boundary: boundary(operator, length),
    material: material(operator, length),
  }));
  return { ...ofMesh, ...ofOperator, ...(load && { load: loads(operator, load, length) }) };
}

function once<Key extends object, Value>(known: WeakMap<Key, Value>, key: Key, make: () => Value): Value {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

/** Mean and deviation of log (V^(1/d)/L) over the cells. */
function resolution({ dimension, cellVolumes, cellCount }: Mesh, length: number): number[] {
  let mean = 0;
  let square = 0;
  for (const volume of cellVolumes) {
    const size = Math.log(volume) / dimension - Math.log(length);
    mean += size / cellCount;
    square += (size * size) / cellCount;
  }
  return [mean, Math.sqrt(Math.max(0, square - mean * mean))];
}

/** ∫1 and ∫x̂ over the Dirichlet faces as shares of the boundary, and the mean of exp(−distance/0.3 L) from them. */
function boundary({ mesh, dirichlet }: PoissonOperator, length: number): number[] {
  const { dimension, faceAreas, faceCentroids, internalFaceCount } = mesh;
  const { centre } = domainScale(mesh);
  const sums = new Array<number>(1 + dimension).fill(0);
  let total = 0;
  dirichlet.forEach((isDirichlet, i) => {
    const face = internalFaceCount + i;
    total += faceAreas[face];
    if (!isDirichlet) return;
    sums[0] += faceAreas[face];
    for (let axis = 0; axis < dimension; axis++)
      sums[1 + axis] += (faceAreas[face] * (faceCentroids[face * dimension + axis] - centre[axis])) / length;
  });
  const distances = wallDistances(mesh, (i) => dirichlet[i] === 1);
  const nearness = distances.reduce((sum, distance) => sum + Math.exp(-distance / (NEAR * length)), 0);
  return [...sums.map((sum) => sum / total), nearness / distances.length];
}

function material(operator: PoissonOperator, length: number): number[] {
  const { mesh, conductivity, conductivityTensors, reaction, resistances } = operator;
  const { cellVolumes, dimension } = mesh;
  const volume = cellVolumes.reduce((sum, v) => sum + v, 0);
  const average = (of: (cell: number) => number) =>
    cellVolumes.reduce((sum, v, cell) => sum + (v / volume) * of(cell), 0);
  const extremes = conductivity.reduce(
    ([low, high], kappa) => [Math.min(low, kappa), Math.max(high, kappa)],
    [Number.POSITIVE_INFINITY, 0],
  );
  const logMean = average((cell) => Math.log(conductivity[cell]));
  const spread = Math.sqrt(average((cell) => (Math.log(conductivity[cell]) - logMean) ** 2));
  const kappa = Math.exp(logMean);
  const components = conductivityTensors ? conductivityTensors.length / mesh.cellCount : 0;
  return [
    spread,
    Math.log(extremes[1] / extremes[0]),
    conductivityTensors
      ? average((cell) =>
          deviator(
            conductivityTensors.subarray(cell * components, (cell + 1) * components),
            conductivity[cell],
            dimension,
          ),
        )
      : 0,
    reaction ? Math.log1p(average((cell) => reaction[cell]) * (length ** 2 / kappa)) : 0,
    resistances ? Math.log1p((resistances.reduce((most, r) => Math.max(most, r), 0) * kappa) / length) : 0,
  ];
}

/** ‖K − k̄ I‖/‖k̄ I‖ in Frobenius' norm, K by its upper triangle. */
function deviator(tensor: Float64Array, mean: number, dimension: number): number {
  let sum = 0;
  let at = 0;
  for (let row = 0; row < dimension; row++) {
    for (let column = row; column < dimension; column++, at++) {
      sum += row === column ? (tensor[at] - mean) ** 2 : 2 * tensor[at] ** 2;
    }
  }
  return Math.sqrt(sum / dimension) / mean;
}

/**
 * log(1 + k L/π) with k² = ∫|∇q|²/∫q², the source's typical wave number; then how much of the load comes in by fluxes and by
 * boundary values, as shares of ∫|q| + ∫|h| + κ L^(d−2) max|g|. Both are read off b − qV.
 */
function loads(operator: PoissonOperator, { source, rightHandSide }: Load, length: number): number[] {
  const { mesh, conductivity, boundaryCoefficients } = operator;
  const { cellVolumes, owner, neighbour, internalFaceCount, faceAreas, cellCentroids, dimension } = mesh;
  let gradient = 0;
  for (let face = 0; face < internalFaceCount; face++) {
    const [a, b] = [owner[face], neighbour[face]];
    let squared = 0;
    for (let axis = 0; axis < dimension; axis++)
      squared += (cellCentroids[a * dimension + axis] - cellCentroids[b * dimension + axis]) ** 2;
    gradient += (faceAreas[face] / Math.sqrt(squared)) * (source[a] - source[b]) ** 2;
  }
  const weights = new Float64Array(mesh.cellCount);
  boundaryCoefficients.forEach((coefficient, i) => {
    weights[owner[internalFaceCount + i]] += coefficient;
  });
  let [square, volumetric, flux, value, conductance, volume] = [0, 0, 0, 0, 0, 0];
  for (let cell = 0; cell < source.length; cell++) {
    const heat = source[cell] * cellVolumes[cell];
    square += source[cell] * heat;
    volumetric += Math.abs(heat);
    const fromBoundary = rightHandSide[cell] - heat;
    if (weights[cell] > 0) value = Math.max(value, Math.abs(fromBoundary) / weights[cell]);
    else flux += Math.abs(fromBoundary);
    conductance += cellVolumes[cell] * conductivity[cell];
    volume += cellVolumes[cell];
  }
  const driven = (value * conductance * length ** (dimension - 2)) / volume;
  const total = volumetric + flux + driven || 1;
  const wave = square > 0 ? (Math.sqrt(gradient / square) * length) / Math.PI : 0;
  return [Math.log1p(wave), flux / total, driven / total];
}
