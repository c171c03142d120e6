import { InvalidInputError } from '../common/errors.js';
import type { Mesh } from '../geometry/mesh.js';
import { positionOf, type SamplePlaces, sampleValues } from './sampled-values.js';

/** The upper triangle of a symmetric tensor by rows: xx, xy, yy in 2D; xx, xy, xz, yy, yz, zz in 3D. */
export type SymmetricTensor = readonly number[];

/**
 * κ in W/(m K): a positive number or a positive definite tensor for all cells, one number or tensor per cell (`[cell]`
 * or `[cell][component]`), or a function of the cell centroid that returns either.
 */
export type Conductivity =
  | number
  | SymmetricTensor
  | Float64Array
  | ((position: readonly number[]) => number | SymmetricTensor);

/** κ of every cell. */
export interface CellConductivities {
  /** `[cell]` κ, or a third (2D: half) of the tensor's trace */
  readonly mean: Float64Array;
  /** `[cell][component]`, only where κ is anisotropic */
  readonly tensors?: Float64Array;
}

/** Components of a symmetric tensor. */
export function tensorComponents(dimension: number): number {
  return (dimension * (dimension + 1)) / 2;
}

/** @throws InvalidInputError unless every κ is finite and positive (definite), naming the first cell where it is not */
export function cellConductivities(mesh: Mesh, conductivity: Conductivity = 1): CellConductivities {
  const { dimension, cellCount } = mesh;
  const places: SamplePlaces = {
    entity: 'cell',
    count: cellCount,
    positions: mesh.cellCentroids,
    dimension,
    first: 0,
  };
  const values =
    typeof conductivity === 'function' ? sampled(places, conductivity) : constants(places, conductivity);
  const components = tensorComponents(dimension);
  if (values.length === cellCount) {
    const mean = sampleValues('conductivity', values, places).slice();
    mean.forEach((kappa, cell) => {
      if (!(kappa > 0)) throw notPositive(cell, `is ${kappa}`, 'a positive conductivity');
    });
    return { mean };
  }
  if (values.length !== cellCount * components) {
    throw new InvalidInputError(
      `solvers: conductivity: expected ${cellCount} values, one per cell, or ${cellCount * components}, the ` +
        `${components} of a symmetric tensor per cell, got ${values.length}`,
    );
  }
  const tensors = values.slice();
  const mean = new Float64Array(cellCount);
  for (let cell = 0; cell < cellCount; cell++) {
    const tensor = tensors.subarray(cell * components, (cell + 1) * components);
    requirePositiveDefinite(cell, tensor, dimension);
    let trace = 0;
    for (let i = 0; i < dimension; i++) trace += tensor[component(dimension, i, i)];
    mean[cell] = trace / dimension;
  }
  return { mean, tensors };
}

/** Writes K n into `out`, K that of a cell. */
export function applyConductivity(
  { mean, tensors }: CellConductivities,
  cell: number,
  dimension: number,
  normals: Float64Array,
  at: number,
  out: Float64Array,
): void {
  if (!tensors) {
    for (let i = 0; i < dimension; i++) out[i] = mean[cell] * normals[at + i];
    return;
  }
  const start = cell * tensorComponents(dimension);
  for (let i = 0; i < dimension; i++) {
    let sum = 0;
    for (let j = 0; j < dimension; j++) sum += tensors[start + component(dimension, i, j)] * normals[at + j];
    out[i] = sum;
  }
}

/** Index of entry (i, j) among the components. */
function component(dimension: number, i: number, j: number): number {
  const [row, column] = i < j ? [i, j] : [j, i];
  return row * dimension - (row * (row - 1)) / 2 + column - row;
}

function constants(
  places: SamplePlaces,
  conductivity: number | SymmetricTensor | Float64Array,
): Float64Array {
  const { count, dimension } = places;
  if (typeof conductivity === 'number') return sampleValues('conductivity', conductivity, places);
  if (conductivity instanceof Float64Array) return conductivity;
  const components = tensorComponents(dimension);
  if (!Array.isArray(conductivity) || conductivity.length !== components) {
    throw new InvalidInputError(
      `solvers: conductivity: expected a number, a tensor of ${components} components, a Float64Array or a function, ` +
        `got ${Array.isArray(conductivity) ? `${conductivity.length} components` : typeof conductivity}`,
    );
  }
  return Float64Array.from({ length: count * components }, (_, i) => conductivity[i % components]);
}

function sampled(
  places: SamplePlaces,
  conductivity: (position: readonly number[]) => number | SymmetricTensor,
): Float64Array {
  const components = tensorComponents(places.dimension);
  const found: (number | SymmetricTensor)[] = [];
  for (let cell = 0; cell < places.count; cell++) found.push(conductivity(positionOf(places, cell)));
  if (found.every((kappa) => typeof kappa === 'number')) return Float64Array.from(found);
  const tensors = new Float64Array(places.count * components);
  found.forEach((kappa, cell) => {
    if (typeof kappa !== 'number' && kappa.length !== components) {
      throw new InvalidInputError(
        `solvers: conductivity: expected a number or ${components} components, the function gave ${kappa.length} ` +
          `in cell ${cell}`,
      );
    }
    for (let i = 0; i < places.dimension; i++) {
      const at = cell * components + component(places.dimension, i, i);
      if (typeof kappa === 'number') tensors[at] = kappa;
    }
    if (typeof kappa !== 'number') tensors.set(kappa, cell * components);
  });
  return tensors;
}

/** Cholesky pivots below this part of the largest entry count as zero. */
const PIVOT_TOLERANCE = 1e-14;

function requirePositiveDefinite(cell: number, tensor: Float64Array, dimension: number): void {
  const shown = `is [${Array.from(tensor).join(', ')}]`;
  const expected = 'a positive definite conductivity tensor';
  if (!tensor.every(Number.isFinite)) throw notPositive(cell, shown, expected);
  const a = Float64Array.from({ length: dimension * dimension }, (_, k) => {
    return tensor[component(dimension, Math.floor(k / dimension), k % dimension)];
  });
  const smallest = PIVOT_TOLERANCE * tensor.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let k = 0; k < dimension; k++) {
    const pivot = a[k * dimension + k];
    if (!(pivot > smallest)) throw notPositive(cell, shown, expected);
    for (let i = k + 1; i < dimension; i++) {
      const factor = a[i * dimension + k] / pivot;
      for (let j = k; j < dimension; j++) a[i * dimension + j] -= factor * a[k * dimension + j];
    }
  }
}

function notPositive(cell: number, what: string, expected: string): InvalidInputError {
  return new InvalidInputError(
    `solvers.assembleOperator: expected ${expected}, conductivity[${cell}] ${what}; ` +
      'leave cells that do not conduct out of the mesh',
  );
}
