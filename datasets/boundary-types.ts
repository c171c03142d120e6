import { InvalidInputError } from '../common/errors.js';
import type { Random } from '../common/random.js';
import { matchesPatch as nameMatchesPatch } from '../geometry/matches-patch.js';
import type { Mesh } from '../geometry/mesh.js';

export type BoundaryType = 'dirichlet' | 'neumann';

/** One type per patch of a mesh: a value beside the mesh, drawn anew for every sample. */
export type BoundaryTypes = Readonly<Record<string, BoundaryType>>;

/** A sampler of boundary types as plain data. */
export type BoundaryTypeSampler =
  | Readonly<{ kind: 'all-dirichlet' }>
  | Readonly<{ kind: 'all-neumann' }>
  | Readonly<{ kind: 'random-types'; dirichletProbability: number }>
  | Readonly<{ kind: 'fixed-types'; dirichlet: readonly string[] }>
  | Readonly<{ kind: 'some-dirichlet'; count: readonly [number, number]; among: readonly string[] }>;

export function allDirichlet(): BoundaryTypeSampler {
  return { kind: 'all-dirichlet' };
}

export function allNeumann(): BoundaryTypeSampler {
  return { kind: 'all-neumann' };
}

export const RANDOM_BOUNDARY_TYPES_DEFAULTS = { probability: 0.5 } as const;

/** Every patch independently Dirichlet with the given probability, otherwise Neumann. */
export function randomBoundaryTypes(options: { probability?: number } = {}): BoundaryTypeSampler {
  const { probability } = { ...RANDOM_BOUNDARY_TYPES_DEFAULTS, ...options };
  if (!(probability >= 0 && probability <= 1)) {
    throw new InvalidInputError(`randomBoundaryTypes: probability must lie in [0, 1], got ${probability}`);
  }
  return { kind: 'random-types', dirichletProbability: probability };
}

/**
 * The same types in every sample: Dirichlet on the named patches, Neumann on all others. A name may end in `*`, as
 * `hole-*`. A mesh on which no patch bears a listed name is refused when a sample is drawn on it.
 *
 * @throws InvalidInputError without a name
 */
export function fixedBoundaryTypes({ dirichlet }: { dirichlet: readonly string[] }): BoundaryTypeSampler {
  if (dirichlet.length === 0) {
    throw new InvalidInputError('fixedBoundaryTypes: dirichlet names no patch; use allNeumann()');
  }
  return { kind: 'fixed-types', dirichlet: [...dirichlet] };
}

export interface SomeDirichletOptions {
  /** Fewest and most Dirichlet patches */
  count?: readonly [number, number];
  /** Patches that may become Dirichlet, by name, a trailing `*` as in {@link fixedBoundaryTypes} */
  among?: readonly string[];
}

export const SOME_DIRICHLET_DEFAULTS = { count: [1, 1], among: ['*'] } as const;

/**
 * A uniform number of Dirichlet patches, at least one, in a random place; all others Neumann. Never an all-Neumann problem.
 *
 * @throws InvalidInputError for a count that is no range of positive integers
 */
export function someDirichlet(options: SomeDirichletOptions = {}): BoundaryTypeSampler {
  const { count, among } = { ...SOME_DIRICHLET_DEFAULTS, ...options };
  if (!count.every(Number.isInteger) || !(count[0] >= 1 && count[1] >= count[0])) {
    throw new InvalidInputError(
      `someDirichlet: count must be [fewest, most] with 1 ≤ fewest ≤ most, got [${count}]`,
    );
  }
  return { kind: 'some-dirichlet', count: [count[0], count[1]], among: [...among] };
}

export function sampleBoundaryTypes(sampler: BoundaryTypeSampler, mesh: Mesh, random: Random): BoundaryTypes {
  if (sampler.kind === 'fixed-types' || sampler.kind === 'some-dirichlet') {
    return typesOf(mesh, chosenPatches(sampler, mesh, random));
  }
  return Object.fromEntries(mesh.patches.map(({ name }) => [name, sampleType(sampler, random)]));
}

function sampleType(
  sampler: Extract<BoundaryTypeSampler, { kind: 'all-dirichlet' | 'all-neumann' | 'random-types' }>,
  random: Random,
): BoundaryType {
  if (sampler.kind === 'all-dirichlet') return 'dirichlet';
  if (sampler.kind === 'all-neumann') return 'neumann';
  return random.uniform() < sampler.dirichletProbability ? 'dirichlet' : 'neumann';
}

/** Whether one of the names stands for the patch. */
export function matchesPatch(names: readonly string[], patch: string): boolean {
  return names.some((name) => nameMatchesPatch(name, patch));
}

/** The Dirichlet patches of a sampler that goes by names. */
function chosenPatches(
  sampler: Extract<BoundaryTypeSampler, { kind: 'fixed-types' | 'some-dirichlet' }>,
  mesh: Mesh,
  random: Random,
): ReadonlySet<string> {
  const wanted = sampler.kind === 'fixed-types' ? sampler.dirichlet : sampler.among;
  const candidates = mesh.patches
    .filter(({ name, size }) => size > 0 && matchesPatch(wanted, name))
    .map(({ name }) => name);
  const needed = sampler.kind === 'fixed-types' ? 1 : sampler.count[0];
  if (candidates.length < needed) {
    throw new InvalidInputError(
      `sampleBoundaryTypes: ${candidates.length} patches are named ${wanted.join(' or ')}, at least ${needed} needed; ` +
        `this mesh has ${mesh.patches.map(({ name }) => name).join(', ')}`,
    );
  }
  if (sampler.kind === 'fixed-types') return new Set(candidates);
  const count = random.integer(needed, Math.min(sampler.count[1], candidates.length));
  const chosen = Array.from({ length: count }, () => {
    return candidates.splice(random.integer(0, candidates.length - 1), 1)[0];
  });
  return new Set(chosen);
}

function typesOf(mesh: Mesh, dirichlet: ReadonlySet<string>): BoundaryTypes {
  return Object.fromEntries(
    mesh.patches.map(({ name }) => [name, dirichlet.has(name) ? 'dirichlet' : 'neumann']),
  );
}

/** True for samplers that can leave a mesh without a Dirichlet patch. */
export function canBeSingular(sampler: BoundaryTypeSampler): boolean {
  return (
    sampler.kind === 'all-neumann' || (sampler.kind === 'random-types' && sampler.dirichletProbability < 1)
  );
}

/** True when no patch with faces is Dirichlet: the solution is then fixed up to a constant only. */
export function isSingular(mesh: Mesh, types: BoundaryTypes): boolean {
  return mesh.patches.every(({ name, size }) => size === 0 || types[name] === 'neumann');
}
