import { InvalidInputError } from '../common/errors.js';
import type { Random } from '../common/random.js';
import { patchGroups } from '../geometry/index.js';
import type { Mesh } from '../geometry/mesh.js';
import type { BoundaryConditions } from '../solvers/index.js';
import type { BoundaryFluxes } from './boundary-fluxes.js';
import type { BoundaryTypeSampler, BoundaryTypes } from './boundary-types.js';

/** u on the Dirichlet patches by name, `[face of the patch]`; patches that are left out are at zero. */
export type BoundaryValues = Readonly<Record<string, Float64Array>>;

export interface PiecewiseTemperaturesOptions {
  /** Contiguous groups of faces, of one temperature each, that every Dirichlet patch is split into */
  groups?: number;
  /** Temperatures are uniform in [low, high]. */
  low?: number;
  high?: number;
  /** Which patches are Dirichlet */
  types?: BoundaryTypeSampler;
}

export const PIECEWISE_TEMPERATURES_DEFAULTS = { groups: 4, low: -5, high: 5 } as const;

export type PiecewiseTemperatures = Readonly<
  { kind: 'piecewise-temperatures' } & Required<PiecewiseTemperaturesOptions>
>;

/** A sampler of boundary types, and of values where it says so, as plain data; values are zero otherwise. */
export type BoundarySampler = BoundaryTypeSampler | PiecewiseTemperatures;

/**
 * Every Dirichlet patch split into contiguous groups of faces (see `patchGroups`), each at a temperature of its own,
 * independent and uniform. By default every patch is Dirichlet; `groups: 1` draws one temperature per patch.
 *
 * Source: NPSolver (arXiv 2605.25786), the data of its boundary control.
 * @throws InvalidInputError for a count of groups that is no positive integer or bounds in the wrong order
 */
export function piecewiseTemperatures(options: PiecewiseTemperaturesOptions = {}): PiecewiseTemperatures {
  const sampler = {
    kind: 'piecewise-temperatures' as const,
    ...PIECEWISE_TEMPERATURES_DEFAULTS,
    types: { kind: 'all-dirichlet' } as const,
    ...options,
  };
  const { groups, low, high } = sampler;
  if (!Number.isInteger(groups) || groups < 1) {
    throw new InvalidInputError(`piecewiseTemperatures: groups must be a positive integer, got ${groups}`);
  }
  if (!(Number.isFinite(low) && Number.isFinite(high) && low <= high)) {
    throw new InvalidInputError(`piecewiseTemperatures: low ≤ high must be finite, got ${low} and ${high}`);
  }
  return sampler;
}

/** The part of a sampler that draws types. */
export function typeSampler(sampler: BoundarySampler): BoundaryTypeSampler {
  return sampler.kind === 'piecewise-temperatures' ? sampler.types : sampler;
}

/** Values for drawn types; undefined where all are zero. */
export function sampleBoundaryValues(
  sampler: BoundarySampler,
  mesh: Mesh,
  types: BoundaryTypes,
  random: Random,
): BoundaryValues | undefined {
  if (sampler.kind !== 'piecewise-temperatures') return undefined;
  const { groups, low, high } = sampler;
  const dirichlet = mesh.patches.filter(({ name, size }) => size > 0 && types[name] === 'dirichlet');
  if (dirichlet.length === 0) return undefined;
  return Object.fromEntries(
    dirichlet.map((patch) => {
      const temperatures = Array.from({ length: groups }, () => random.uniform(low, high));
      const values = Float64Array.from(patchGroups(mesh, patch, groups), (group) => temperatures[group]);
      return [patch.name, values];
    }),
  );
}

/** Types and data as a solver's boundary conditions; values and fluxes are zero where none are given. */
export function boundaryConditionsOf({
  boundaryTypes,
  boundaryValues,
  boundaryFluxes,
}: {
  readonly boundaryTypes: BoundaryTypes;
  readonly boundaryValues?: BoundaryValues;
  readonly boundaryFluxes?: BoundaryFluxes;
}): BoundaryConditions {
  return Object.fromEntries(
    Object.entries(boundaryTypes).map(([patch, type]) => [
      patch,
      type === 'dirichlet'
        ? { type, value: boundaryValues?.[patch] ?? 0 }
        : { type, flux: boundaryFluxes?.[patch] ?? 0 },
    ]),
  );
}
