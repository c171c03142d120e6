import { InvalidInputError } from '../common/errors.js';
import type { Mesh } from '../geometry/mesh.js';
import type { BoundaryConditions } from './boundary-conditions.js';
import type { Conductivity } from './conductivity.js';
import type { ContactResistance } from './contact-resistance.js';
import { type SampledValue, sampleValues } from './sampled-values.js';

export { requireFinite } from './sampled-values.js';

/**
 * −∇·(κ∇u) + c u = q on a mesh, with conditions on its patches. Units in SI for heat, u in K or °C; any consistent
 * set will do. In 2D everything is per metre of depth.
 */
export interface PoissonProblem {
  readonly mesh: Mesh;
  /** κ, W/(m K): number, tensor, per cell or function; 1 by default */
  readonly conductivity?: Conductivity;
  /** c ≥ 0, W/(m³ K): one number, `[cell]`, or a function sampled at the cell centroids; 0 by default */
  readonly reaction?: SampledValue;
  /** q, W/m³: one number, `[cell]`, or a function sampled at the cell centroids */
  readonly source: SampledValue;
  readonly boundaryConditions: BoundaryConditions;
  /** Resistances of internal faces */
  readonly contactResistances?: readonly ContactResistance[];
}

/** q of every cell, `[cell]`, per unit volume; functions are sampled at the centroids. */
export function cellSources(mesh: Mesh, source: PoissonProblem['source']): Float64Array {
  return cellValues(mesh, 'source', source);
}

/**
 * c of every cell, `[cell]`; undefined where it is 0 everywhere.
 *
 * @throws InvalidInputError where c < 0: the matrix would not be positive definite
 */
export function cellReactions(mesh: Mesh, reaction: SampledValue | undefined): Float64Array | undefined {
  if (reaction === undefined) return undefined;
  const values = cellValues(mesh, 'reaction', reaction);
  const bad = values.findIndex((value) => value < 0);
  if (bad >= 0) {
    throw new InvalidInputError(
      `solvers.assembleOperator: expected a reaction c >= 0, reaction[${bad}] is ${values[bad]}; a source that grows ` +
        'with u makes the problem indefinite',
    );
  }
  return values.some((value) => value > 0) ? values.slice() : undefined;
}

/** One value per cell; functions are sampled at the centroids, arrays are not copied. */
export function cellValues(mesh: Mesh, name: string, values: SampledValue): Float64Array {
  return sampleValues(name, values, {
    entity: 'cell',
    count: mesh.cellCount,
    positions: mesh.cellCentroids,
    dimension: mesh.dimension,
    first: 0,
  });
}
