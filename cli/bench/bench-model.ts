import { FieldsmithError } from '../../common/errors.js';
import { type ModelFiles, openSurrogate, type Surrogate } from '../../training/index.js';
import { tryDevice } from '../doctor/doctor.js';
import { modelFiles } from '../problem/open-model.js';
import type { ProblemFile } from '../problem/problem-schema.js';
import type { WorkWatch } from '../run-work.js';
import { trainSurrogate } from '../train/train-surrogate.js';
import type { BenchCase } from './bench-case.js';
import type { ModelFigures } from './figures.js';

/** Trains on the part of the case, boundary types as there, loads that vary. @returns undefined when interrupted */
export async function trainOnCase(
  path: string,
  { boundary, queries }: ProblemFile,
  { budgetSeconds, out, threads }: { budgetSeconds: number; out: string; threads?: number },
  watch: WorkWatch,
): Promise<{ files: ModelFiles; seconds: number } | undefined> {
  const { sources } = queries.vary;
  const summary = await trainSurrogate({
    subject: { parts: path, modes: sources?.kind === 'fourier' ? sources.modes : 4, ...patchesOf(boundary) },
    out,
    budgetSeconds,
    seed: queries.seed,
    samples: 4,
    resume: false,
    threads,
    ...watch,
  });
  return summary && { files: modelFiles(out), seconds: summary.trainingSeconds };
}

/** Patches by what is given on them, as `fieldsmith train` takes them; all the others are without flux or convection. */
function patchesOf(boundary: ProblemFile['boundary']) {
  const names = (type: string) =>
    Object.entries(boundary)
      .filter(([name, condition]) => condition.type === type && name !== 'default')
      .map(([name]) => name);
  // where all the rest is at a temperature names do not say it
  if (boundary.default?.type === 'temperature') return { dirichlet: ['*'] };
  const flux = names('flux');
  const dirichlet = names('temperature');
  // without any it is trained on all types alike
  return { ...(dirichlet.length > 0 && { dirichlet }), ...(flux.length > 0 && { flux }) };
}

/** A model opened for a case, or why it cannot answer it. */
export interface BenchModel {
  readonly figures: ModelFigures;
  readonly surrogate: Surrogate | null;
}

/** @param trainedSeconds of the training, where this bench has done it; the card's otherwise */
export async function benchModel(
  name: string,
  files: ModelFiles,
  given: BenchCase,
  { threads, trainedSeconds }: { threads?: number; trainedSeconds?: number },
): Promise<BenchModel> {
  const { operator, training, meshKind } = files.card;
  const figures = {
    name,
    operator: operator.name,
    parameters: training.parameters,
    outside: [],
    rangeScore: null,
    training: {
      seconds: trainedSeconds ?? training.seconds,
      source: trainedSeconds === undefined ? ('card' as const) : ('measured' as const),
    },
  };
  const refusal = refusalOf(meshKind, given);
  if (refusal) return { figures: { ...figures, refusal }, surrogate: null };
  const surrogate = await openSurrogate(files, { threads, outOfRange: 'ignore' });
  try {
    const range = surrogate.rangeOf(given.query(0).problem);
    return {
      figures: {
        ...figures,
        refusal: null,
        rangeScore: range.score,
        outside: range.outside ? range.reasons : [],
      },
      surrogate,
    };
  } catch (error) {
    await surrogate.dispose();
    if (!(error instanceof FieldsmithError)) throw error;
    return { figures: { ...figures, refusal: error.message }, surrogate: null };
  }
}

function refusalOf(meshKind: string, { mesh, query }: BenchCase): string | null {
  if (!meshKind.startsWith(`${mesh.dimension}D`)) {
    return `it is of ${meshKind.slice(0, 2)} meshes, the part is ${mesh.dimension}D`;
  }
  return convectionOf({ mesh, query });
}

/** Patches that no surrogate knows; null where there are none. */
export function convectionOf({ mesh, query }: Pick<BenchCase, 'mesh' | 'query'>): string | null {
  const { boundaryConditions } = query(0).problem;
  const unknown = mesh.patches.find(({ name, size }) => {
    const { type } = boundaryConditions[name];
    return size > 0 && type !== 'dirichlet' && type !== 'neumann';
  });
  return unknown
    ? `patch ${unknown.name} gives heat off by convection, and surrogates know temperatures and fluxes only`
    : null;
}

/** The model on a GPU, or why there are no figures on it. */
export async function onWebgpu(
  files: ModelFiles,
  threads: number | undefined,
): Promise<{ surrogate: Surrogate | null; missing: string | null }> {
  const { works, reason = 'it does not work' } = await tryDevice('webgpu');
  if (!works) return { surrogate: null, missing: reason.split('\n')[0] };
  let missing: string | null = null;
  const surrogate = await openSurrogate(files, {
    device: 'webgpu',
    threads,
    outOfRange: 'ignore',
    onFallback: (message) => {
      missing = message;
    },
  });
  if (missing === null) return { surrogate, missing };
  await surrogate.dispose();
  return { surrogate: null, missing };
}
