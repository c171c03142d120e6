import { InvalidInputError } from '../common/errors.js';
import type { Random } from '../common/random.js';
import type { Mesh } from '../geometry/mesh.js';
import { type BoundaryTypes, isSingular, matchesPatch } from './boundary-types.js';

/** κ ∂u/∂n on Neumann patches by name, one value a patch; patches that are left out are insulated. */
export type BoundaryFluxes = Readonly<Record<string, number>>;

export interface FluxSamplerOptions {
  /** Patches by name, a trailing `*` as in `fixedBoundaryTypes`; by default every Neumann patch */
  patches?: readonly string[];
  /** Largest heat through a patch over that of a source of 1 in the whole part */
  strength?: number;
}

/** A sampler of fluxes as plain data. */
export type FluxSampler = Readonly<{ kind: 'uniform-fluxes' } & Required<FluxSamplerOptions>>;

export const UNIFORM_FLUXES_DEFAULTS = { patches: ['*'], strength: 1 } as const;

/**
 * Uniform fluxes h = z s V/A through Neumann patches of area A of a part of volume V, z uniform in [−1, 1] for each: heat
 * of the size that the sources have, so that units and sizes of patches do not matter.
 *
 * @throws InvalidInputError for a strength that is not positive
 */
export function uniformFluxes(options: FluxSamplerOptions = {}): FluxSampler {
  const { patches, strength } = { ...UNIFORM_FLUXES_DEFAULTS, ...options };
  if (!(strength > 0 && Number.isFinite(strength))) {
    throw new InvalidInputError(`uniformFluxes: strength must be positive, got ${strength}`);
  }
  return { kind: 'uniform-fluxes', patches: [...patches], strength };
}

/** Fluxes for drawn types; none where no patch takes one, or all are Neumann: what goes in could not come out. */
export function sampleBoundaryFluxes(
  sampler: FluxSampler | undefined,
  mesh: Mesh,
  types: BoundaryTypes,
  random: Random,
): BoundaryFluxes | undefined {
  if (!sampler || isSingular(mesh, types)) return undefined;
  const volume = mesh.cellVolumes.reduce((sum, v) => sum + v, 0);
  const patches = mesh.patches.filter(
    ({ name, size }) => size > 0 && types[name] === 'neumann' && matchesPatch(sampler.patches, name),
  );
  if (patches.length === 0) return undefined;
  return Object.fromEntries(
    patches.map(({ name, start, size }) => {
      const area = mesh.faceAreas.subarray(start, start + size).reduce((sum, a) => sum + a, 0);
      return [name, (random.uniform(-1, 1) * sampler.strength * volume) / area];
    }),
  );
}
