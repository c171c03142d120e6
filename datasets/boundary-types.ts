import { InvalidInputError } from '../common/errors.js';
import type { Random } from '../common/random.js';
import type { Mesh } from '../geometry/mesh.js';

export type BoundaryType = 'dirichlet' | 'neumann';

/** One type per patch of a mesh: a value beside the mesh, drawn anew for every sample. */
export type BoundaryTypes = Readonly<Record<string, BoundaryType>>;

/** A sampler of boundary types as plain data; all boundary values are zero. */
export type BoundarySampler =
  | Readonly<{ kind: 'all-dirichlet' }>
  | Readonly<{ kind: 'all-neumann' }>
  | Readonly<{ kind: 'random-types'; dirichletProbability: number }>;

export function allDirichlet(): BoundarySampler {
  return { kind: 'all-dirichlet' };
}

export function allNeumann(): BoundarySampler {
  return { kind: 'all-neumann' };
}

export const RANDOM_BOUNDARY_TYPES_DEFAULTS = { probability: 0.5 } as const;

/** Every patch independently Dirichlet with the given probability, otherwise Neumann. */
export function randomBoundaryTypes(options: { probability?: number } = {}): BoundarySampler {
  const { probability } = { ...RANDOM_BOUNDARY_TYPES_DEFAULTS, ...options };
  if (!(probability >= 0 && probability <= 1)) {
    throw new InvalidInputError(`randomBoundaryTypes: probability must lie in [0, 1], got ${probability}`);
  }
  return { kind: 'random-types', dirichletProbability: probability };
}

export function sampleBoundaryTypes(sampler: BoundarySampler, mesh: Mesh, random: Random): BoundaryTypes {
  return Object.fromEntries(mesh.patches.map(({ name }) => [name, sampleType(sampler, random)]));
}

function sampleType(sampler: BoundarySampler, random: Random): BoundaryType {
  if (sampler.kind === 'all-dirichlet') return 'dirichlet';
  if (sampler.kind === 'all-neumann') return 'neumann';
  return random.uniform() < sampler.dirichletProbability ? 'dirichlet' : 'neumann';
}

/** True when no patch with faces is Dirichlet: the solution is then fixed up to a constant only. */
export function isSingular(mesh: Mesh, types: BoundaryTypes): boolean {
  return mesh.patches.every(({ name, size }) => size === 0 || types[name] === 'neumann');
}
