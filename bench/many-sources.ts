import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { breakEven } from '../cli/bench/break-even.js';
import type { LinearCost } from '../cli/bench/costs.js';
import { median } from '../common/median.js';
import { fourierSource } from '../datasets/index.js';
import type { BenchCase } from './main.js';
import {
  type Encoder,
  pretrainedEncoder,
  untrainedEncoder,
  untrainedLinearResponse,
} from './many-sources-encoder.js';
import {
  factorisationMethod,
  LARGE,
  linearResponseMethod,
  MANY,
  type Method,
  multigridMethods,
  type Queries,
  reducedBasisMethods,
  snapshotMethods,
  writeQueries,
} from './many-sources-methods.js';
import {
  drawLoads,
  type ManySourcesProblem,
  manySourcesProblem,
  solveLoads,
} from './many-sources-problem.js';
import { qualityCases } from './many-sources-quality.js';
import { startPeer } from './peer-process.js';

const MESHES = [
  { name: '2d-1k', dimension: 2, cells: 1_000 },
  { name: '2d-10k', dimension: 2, cells: 10_000 },
  { name: '3d-10k', dimension: 3, cells: 10_000 },
  { name: '3d-100k', dimension: 3, cells: 100_000 },
] as const;
const COUNTS = [1, 16, 256];
/** Sources with references, for errors and for AMG-PCG's tolerance */
const REFERENCES = 16;
/** What a design engineer needs */
const COARSE_ERROR = 0.01;
/** Above this many values answered in one call it is timed twice and no more. */
const MUCH = 1_000_000;
/** Rounds on a large mesh: some for single answers, one for batches. */
const LARGE_ROUNDS = { single: 3, batch: 1 };

/**
 * Many sources on one mesh: the reduced basis after one encoding, with its correction and without, against AMG-PCG stopped
 * at the same error and at 1 %, sparse factorisations, POD of snapshots on that mesh, and a linear response for its time.
 * Milliseconds are per source; `…_setup_ms` comes once a mesh, and `pays_from_X` is the number of sources from which on
 * the reduced basis is the cheaper one in total, null for never (`pays_until_X` where it ends); `uncorrected_pays_…` are
 * those of the basis without correction. Networks and sessions have two threads, everything else has one. Then the errors
 * of rivals of equal rank.
 *
 * @param only a mesh's name, or a part of it, leaves the others out
 */
export async function run(repeats: number, only = ''): Promise<BenchCase[]> {
  const cases: BenchCase[] = [];
  for (const dimension of [2, 3] as const) {
    const meshes = MESHES.filter((mesh) => mesh.dimension === dimension && mesh.name.includes(only));
    if (meshes.length === 0) continue;
    const models = {
      trained: await pretrainedEncoder(dimension),
      untrained: await untrainedEncoder(dimension),
      linearResponse: await untrainedLinearResponse(dimension),
    };
    for (const { name, cells } of meshes) {
      console.error(`many-sources: ${name}`);
      const problem = manySourcesProblem(name, dimension, cells);
      cases.push(...(await timeCases(problem, models, repeats)));
      cases.push(...(await qualityCases(problem, models)));
    }
    await models.trained?.dispose();
    await models.untrained.dispose();
    await models.linearResponse.dispose();
  }
  return cases;
}

interface Models {
  readonly trained: Encoder | null;
  readonly untrained: Encoder;
  readonly linearResponse: Awaited<ReturnType<typeof untrainedLinearResponse>>;
}

/** A method with milliseconds per source for each of `COUNTS`. */
interface Timed {
  readonly method: Method;
  readonly perSource: readonly number[];
}

async function timeCases(
  problem: ManySourcesProblem,
  { trained, untrained, linearResponse }: Models,
  repeats: number,
): Promise<BenchCase[]> {
  const cells = problem.operator.matrix.rows;
  const encoder = trained ?? untrained;
  const folder = mkdtempSync(join(tmpdir(), 'fieldsmith-many-sources-'));
  try {
    // a draw in 3D sums 1,331 waves in every cell
    const draws = cells > LARGE ? MANY : Math.max(...COUNTS);
    const loads = drawLoads(problem, fourierSource(), 0, draws);
    const references = solveLoads(problem.operator, loads.slice(0, REFERENCES));
    const queries = writeQueries(folder, problem.operator.matrix, loads, references);
    const ours = () => ourMethods(encoder, linearResponse, problem, queries);
    const [splu, cholmod] = (['splu', 'cholmod'] as const).map((solver) => () => {
      const peer = startPeer('many_sources.py');
      const stop = async () => peer.stop();
      return factorisationMethod(solver, peer, problem, queries).then((method) =>
        method ? [{ ...method, dispose: stop }] : stop().then(() => []),
      );
    });
    // in turns, so that a busy moment of the machine meets all methods; large factors do not fit into memory together
    const groups = cells > LARGE ? [[ours], [splu], [cholmod]] : [[ours, splu, cholmod]];
    const timed: Timed[] = [];
    for (const group of groups) timed.push(...(await timeGroup(group, cells, repeats)));
    return COUNTS.map((count, at) =>
      caseOf(`${problem.name}-${count}`, { cells, sources: count }, timed, at),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function ourMethods(
  encoder: Encoder,
  linearResponse: Models['linearResponse'],
  problem: ManySourcesProblem,
  queries: Queries,
): Promise<Method[]> {
  const reduced = await reducedBasisMethods(encoder, problem, queries);
  const errors = { amg: reduced[0].error!, amg_1_percent: COARSE_ERROR };
  return [
    ...reduced,
    ...multigridMethods(problem, queries, errors),
    ...(await snapshotMethods(problem, queries, encoder)),
    await linearResponseMethod(linearResponse, problem, queries),
  ];
}

async function timeGroup(
  group: readonly (() => Promise<Method[]>)[],
  cells: number,
  repeats: number,
): Promise<Timed[]> {
  const methods: Method[] = [];
  try {
    for (const open of group) methods.push(...(await open()));
    const times: number[][] = [];
    for (const count of COUNTS) {
      const large = count === 1 ? LARGE_ROUNDS.single : LARGE_ROUNDS.batch;
      const most = cells > LARGE ? large : count * cells <= MUCH ? repeats : 2;
      times.push(await timesInTurns(methods, count, Math.min(most, repeats)));
    }
    return methods.map((method, m) => ({ method, perSource: times.map((of) => of[m]) }));
  } finally {
    for (const method of methods) await method.dispose?.();
  }
}

async function timesInTurns(methods: readonly Method[], count: number, rounds: number): Promise<number[]> {
  const times = methods.map((): number[] => []);
  // the first round compiles, where it costs little
  for (let round = rounds > 2 ? -1 : 0; round < rounds; round++) {
    for (const [index, method] of methods.entries()) {
      const answered = Math.min(count, method.most ?? count);
      const time = (await method.answer(answered)) / answered;
      if (round >= 0) times[index].push(time);
    }
  }
  return times.map(median);
}

const NAMES = [
  'reduced_basis',
  'reduced_basis_uncorrected',
  'reduced_basis_float64',
  'amg',
  'amg_1_percent',
  'pod',
  'pod_uncorrected',
  'splu',
  'cholmod',
  'linear_response_untrained',
];

/** All methods for the number of sources at place `at` of `COUNTS`. */
function caseOf(
  name: string,
  given: { readonly cells: number; readonly sources: number },
  timed: readonly Timed[],
  at: number,
): BenchCase {
  const figures: Record<string, number | string | null> = { ...given };
  const [corrected, uncorrected] = timed;
  for (const key of NAMES) {
    const found = timed.find(({ method }) => method.name === key);
    figures[`${key}_ms`] = found?.perSource[at] ?? null;
    figures[`${key}_setup_ms`] = found?.method.setupMs ?? null;
    figures[`${key}_error`] = found?.method.error ?? null;
    figures[`${key}_bytes`] = found?.method.bytes ?? null;
    figures[`${key}_timed_sources`] = found
      ? Math.min(given.sources, found.method.most ?? given.sources)
      : null;
    for (const [note, value] of Object.entries(found?.method.notes ?? {})) figures[`${key}_${note}`] = value;
    if (key.startsWith('reduced_basis')) continue;
    figures[`ratio_${key}`] = found ? corrected.perSource[at] / found.perSource[at] : null;
    for (const [prefix, ours] of [
      ['', corrected],
      ['uncorrected_', uncorrected],
    ] as const) {
      const range = found && breakEven([costOf(ours, at)], [costOf(found, at)]);
      figures[`${prefix}pays_from_${key}`] = range?.from ?? null;
      figures[`${prefix}pays_until_${key}`] = range?.until ?? null;
    }
  }
  return { name, ours_ms: corrected.perSource[at], ...figures };
}

const costOf = ({ method, perSource }: Timed, at: number): LinearCost => ({
  fixed: 0,
  meshes: 1,
  setup: method.setupMs,
  each: perSource[at],
});
