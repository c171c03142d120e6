import { InvalidInputError } from '../../common/errors.js';
import { combineSeeds } from '../../common/random.js';
import {
  fixedBoundaryTypes,
  fourierSource,
  type MeshOfFile,
  type PoissonTaskOptions,
  poissonTask,
  randomBoundaryTypes,
  uniformFluxes,
} from '../../datasets/index.js';
import { matchesPatch } from '../../geometry/matches-patch.js';
import { type EvaluationSample, evaluationSamples } from '../../training/index.js';
import { nearest } from '../problem/nearest.js';
import { type PartMeshesOptions, partMeshes } from '../problem/part-meshes.js';
import type { Subject, SubjectSetting } from './subject.js';

/** What is asked of one's own parts. */
export interface PartsRequest extends Pick<PartMeshesOptions, 'cells' | 'cellSize'> {
  /** Folder of meshes and surfaces, or one file */
  readonly parts: string;
  /** Patches at given temperatures, all others with given fluxes; each patch at random by default. A trailing * as elsewhere */
  readonly dirichlet?: readonly string[];
  /** Patches that heat may come through; all that are not at a temperature by default */
  readonly flux?: readonly string[];
  /** Modes along each axis of the sources */
  readonly modes: number;
}

/** One in so many parts is held out. */
const HOLD_OUT = 4;

/** Names of the categories of errors. */
const PARTS_CATEGORIES = { heldOut: 'parts held out', seen: 'parts seen' } as const;

/** Parts of a list for training and for the errors: every fourth is held out, of fewer than four none. */
function splitParts<T>(parts: readonly T[]): { seen: T[]; heldOut: T[] } {
  const isHeldOut = (index: number) => index % HOLD_OUT === HOLD_OUT - 1;
  return {
    seen: parts.filter((_, index) => !isHeldOut(index)),
    heldOut: parts.filter((_, index) => isHeldOut(index)),
  };
}

/**
 * Own parts as something to train on, with loads that vary: heat produced inside, heat through patches, temperatures of patches.
 *
 * @throws InvalidInputError for names of patches that no part has; see partMeshes
 */
export async function partsSubject(
  request: PartsRequest,
  { seed, samples, ...watch }: SubjectSetting,
): Promise<Subject> {
  const { parts, cells, cellSize, dirichlet, flux, modes } = request;
  const meshes = await partMeshes(parts, { cells, cellSize, ...watch });
  requirePatches('--dirichlet', dirichlet ?? [], meshes);
  requirePatches('--flux', flux ?? [], meshes);
  const { seen, heldOut } = splitParts(meshes);
  const task: Omit<PoissonTaskOptions, 'meshes'> = {
    boundary: dirichlet ? fixedBoundaryTypes({ dirichlet }) : randomBoundaryTypes(),
    source: fourierSource({ modes }),
    fluxes: uniformFluxes(flux ? { patches: flux } : {}),
  };
  return {
    name: `parts in ${parts}`,
    dimension: meshes[0].mesh.dimension,
    boundaryValues: false,
    trainingMeshes: async () => seen.map(({ mesh }) => mesh),
    task,
    geometry: `${seen.length} parts of ${parts}`,
    request: { parts, cells, cellSize, dirichlet, flux, modes },
    parts: { seen: seen.map(({ file }) => file), heldOut: heldOut.map(({ file }) => file) },
    testSamples: async (fluxes) => partsSamples(meshes, { ...task, fluxes }, { seed, samples }),
  };
}

/** Held-out problems on parts held out and on parts seen, `samples` of each, and at least one a part. */
export function partsSamples(
  meshes: readonly MeshOfFile[],
  task: Omit<PoissonTaskOptions, 'meshes'>,
  { seed, samples }: Pick<SubjectSetting, 'seed' | 'samples'>,
): EvaluationSample[] {
  const { seen, heldOut } = splitParts(meshes);
  const sets = { [PARTS_CATEGORIES.heldOut]: heldOut, [PARTS_CATEGORIES.seen]: seen };
  return Object.entries(sets).flatMap(([category, parts], index) =>
    parts.length === 0
      ? []
      : evaluationSamples(poissonTask({ ...task, meshes: parts.map(({ mesh }) => mesh) }), {
          category,
          count: Math.max(samples, parts.length),
          seed: combineSeeds(seed, 1, index),
        }),
  );
}

function requirePatches(flag: string, names: readonly string[], meshes: readonly MeshOfFile[]): void {
  const known = [...new Set(meshes.flatMap(({ mesh }) => mesh.patches.map(({ name }) => name)))];
  for (const name of names) {
    if (known.some((patch) => matchesPatch(name, patch))) continue;
    const meant = nearest(name, known);
    throw new InvalidInputError(
      `${flag}: no part has a patch '${name}'${meant ? `; did you mean '${meant}'?` : ';'} There are ${known.join(', ')}`,
    );
  }
}
