import { InvalidInputError } from '../common/errors.js';
import type { Mesh } from '../geometry/mesh.js';

/** A constant, one value per face of the patch, or a function of the face centroid. */
export type BoundaryValue = number | Float64Array | ((position: readonly number[]) => number);

/** u = `value`, or κ ∂u/∂n = `flux` with n out of the domain (positive flux heats it). */
export type BoundaryCondition =
  | { readonly type: 'dirichlet'; readonly value: BoundaryValue }
  | { readonly type: 'neumann'; readonly flux: BoundaryValue };

/** One condition for each patch of the mesh, by patch name. */
export type BoundaryConditions = Readonly<Record<string, BoundaryCondition>>;

/** −∇·(κ∇u) = q on a mesh, with Dirichlet and Neumann patches. */
export interface PoissonProblem {
  readonly mesh: Mesh;
  /** κ > 0, one number or `[cell]`; 1 by default */
  readonly conductivity?: number | Float64Array;
  /** q per unit volume: one number, `[cell]`, or a function sampled at the cell centroids */
  readonly source: number | Float64Array | ((position: readonly number[]) => number);
  readonly boundaryConditions: BoundaryConditions;
}

/** Throws {@link InvalidInputError} naming `name` and the index of the first value that is not finite. */
export function requireFinite(caller: string, name: string, values: Float64Array): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new InvalidInputError(`${caller}: expected finite values, ${name}[${i}] is ${values[i]}`);
    }
  }
}

/** κ of every cell, `[cell]`. Throws {@link InvalidInputError} unless finite and positive. */
export function cellConductivities(mesh: Mesh, conductivity: number | Float64Array = 1): Float64Array {
  const values = cellValues('conductivity', mesh, conductivity).slice();
  for (let cell = 0; cell < values.length; cell++) {
    if (!(values[cell] > 0)) {
      throw new InvalidInputError(
        `solvers.assembleOperator: expected a positive conductivity, conductivity[${cell}] is ${values[cell]}; ` +
          'leave cells that do not conduct out of the mesh',
      );
    }
  }
  return values;
}

/** q of every cell, `[cell]`, per unit volume; functions are sampled at the centroids. */
export function cellSources(mesh: Mesh, source: PoissonProblem['source']): Float64Array {
  return cellValues('source', mesh, source);
}

/** Refuses patches without a condition, conditions without a patch, and types other than the two known. */
export function requireKnownPatches(mesh: Mesh, types: Readonly<Record<string, string>>): void {
  const known = mesh.patches.map((patch) => patch.name);
  for (const name of Object.keys(types)) {
    if (!known.includes(name)) {
      throw new InvalidInputError(
        `solvers.assembleOperator: no patch is named '${name}'; the patches of this mesh are ${known.join(', ')}`,
      );
    }
  }
  for (const patch of mesh.patches) {
    const type = Object.hasOwn(types, patch.name) ? types[patch.name] : undefined;
    if (type === undefined && patch.size > 0) {
      throw new InvalidInputError(
        `solvers.assembleOperator: patch '${patch.name}' has no boundary condition; ` +
          `one is needed for each of ${known.join(', ')}`,
      );
    }
    if (type !== undefined && type !== 'dirichlet' && type !== 'neumann') {
      throw new InvalidInputError(
        `solvers.assembleOperator: patch '${patch.name}' has the unknown boundary type '${type}'; ` +
          "expected 'dirichlet' or 'neumann'",
      );
    }
  }
}

/**
 * The datum of every boundary face, `[face − internalFaceCount]`: u of Dirichlet faces, outward κ ∂u/∂n of Neumann
 * faces. Throws {@link InvalidInputError} on a wrong length or a value that is not finite, naming patch and face.
 */
export function boundaryFaceValues(mesh: Mesh, conditions: BoundaryConditions): Float64Array {
  const values = new Float64Array(mesh.faceCount - mesh.internalFaceCount);
  for (const patch of mesh.patches) {
    if (patch.size === 0) continue;
    const condition = conditions[patch.name];
    const [field, datum] =
      condition.type === 'dirichlet' ? ['value', condition.value] : ['flux', condition.flux];
    const name = `boundaryConditions.${patch.name}.${field}`;
    if (datum === undefined) {
      throw new InvalidInputError(`solvers.assembleRightHandSide: ${name} is missing`);
    }
    const sampled = sample(name, datum, patch.size, mesh.faceCentroids, mesh.dimension, patch.start, 'face');
    values.set(sampled, patch.start - mesh.internalFaceCount);
  }
  return values;
}

function cellValues(name: string, mesh: Mesh, values: PoissonProblem['source']): Float64Array {
  return sample(name, values, mesh.cellCount, mesh.cellCentroids, mesh.dimension, 0, 'cell');
}

function sample(
  name: string,
  values: BoundaryValue,
  count: number,
  positions: Float64Array,
  dimension: number,
  first: number,
  entity: string,
): Float64Array {
  let sampled: Float64Array;
  if (typeof values === 'number') {
    if (!Number.isFinite(values))
      throw new InvalidInputError(`solvers: ${name} is ${values}, expected a finite number`);
    return new Float64Array(count).fill(values);
  }
  if (typeof values === 'function') {
    sampled = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      const at = (first + i) * dimension;
      sampled[i] = values(Array.from(positions.subarray(at, at + dimension)));
    }
  } else {
    if (!(values instanceof Float64Array)) {
      throw new InvalidInputError(
        `solvers: ${name}: expected a number, a Float64Array or a function, got ${typeof values}`,
      );
    }
    if (values.length !== count) {
      throw new InvalidInputError(
        `solvers: ${name}: expected ${count} values, one per ${entity}, got ${values.length}`,
      );
    }
    sampled = values;
  }
  requireFinite('solvers', name, sampled);
  return sampled;
}
