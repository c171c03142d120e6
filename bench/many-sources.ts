import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from '../common/median.js';
import { fourierSource } from '../datasets/index.js';
import type { BenchCase } from './main.js';
import {
  type Encoder,
  linearResponseSurrogate,
  pretrainedEncoder,
  untrainedEncoder,
} from './many-sources-encoder.js';
import {
  factorisationMethod,
  linearResponseMethod,
  type Method,
  multigridMethod,
  reducedBasisMethods,
  snapshotMethod,
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
/** Above this many values answered in one call, it is timed twice and no more. */
const LARGE = 5_000_000;

/**
 * Many sources on one mesh: the reduced basis after one encoding against AMG-PCG stopped at the same error, sparse
 * factorisations, and POD of snapshots on that mesh; reduced models answer in `reducedSession`, ours also in float64. Milliseconds are per source; `…_setup_ms` comes once a mesh, and
 * `pays_from_X` is the number of sources from which on the reduced basis is the cheaper one in total, null for never
 * (`pays_until_X` where it ends). Networks and sessions have two
 * threads, everything else has one. Then the errors of rivals
 * of equal rank.
 */
export async function run(repeats: number): Promise<BenchCase[]> {
  const cases: BenchCase[] = [];
  for (const dimension of [2, 3] as const) {
    const models = {
      trained: await pretrainedEncoder(dimension),
      untrained: await untrainedEncoder(dimension),
      linearResponse: await linearResponseSurrogate(dimension),
    };
    for (const { name, cells } of MESHES.filter((mesh) => mesh.dimension === dimension)) {
      console.error(`many-sources: ${name}`);
      const problem = manySourcesProblem(name, dimension, cells);
      cases.push(...(await timeCases(problem, models, repeats)));
      cases.push(...(await qualityCases(problem, models)));
    }
    await models.trained?.dispose();
    await models.untrained.dispose();
    await models.linearResponse.surrogate.dispose();
  }
  return cases;
}

interface Models {
  readonly trained: Encoder | null;
  readonly untrained: Encoder;
  readonly linearResponse: Awaited<ReturnType<typeof linearResponseSurrogate>>;
}

async function timeCases(
  problem: ManySourcesProblem,
  { trained, untrained, linearResponse }: Models,
  repeats: number,
): Promise<BenchCase[]> {
  const { operator } = problem;
  const encoder = trained ?? untrained;
  const folder = mkdtempSync(join(tmpdir(), 'fieldsmith-many-sources-'));
  const peers = { splu: startPeer('many_sources.py'), cholmod: startPeer('many_sources.py') };
  let methods: (Method | null)[] = [];
  try {
    const loads = drawLoads(problem, fourierSource(), 0, Math.max(...COUNTS));
    const references = solveLoads(operator, loads.slice(0, REFERENCES));
    const queries = writeQueries(folder, operator.matrix, loads, references);
    const ours = await reducedBasisMethods(encoder, problem, queries);
    methods = [
      ours.session,
      ours.plain,
      multigridMethod(problem, queries, ours.session.error!),
      await snapshotMethod(problem, queries, encoder.rank),
      await factorisationMethod('splu', peers.splu, problem, queries),
      await factorisationMethod('cholmod', peers.cholmod, problem, queries),
      await linearResponseMethod(linearResponse, problem, queries),
    ];
    const results: BenchCase[] = [];
    for (const count of COUNTS) {
      const rounds = count * operator.matrix.rows > LARGE ? Math.min(2, repeats) : repeats;
      const perSource = await timesInTurns(methods, count, rounds);
      results.push(caseOf(`${problem.name}-${count}`, operator.matrix.rows, count, methods, perSource));
    }
    return results;
  } finally {
    for (const method of methods) await method?.dispose?.();
    for (const peer of Object.values(peers)) peer.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds per source; in turns, so that a busy moment of the machine meets all methods. */
async function timesInTurns(
  methods: readonly (Method | null)[],
  count: number,
  rounds: number,
): Promise<(number | null)[]> {
  const times = methods.map((): number[] => []);
  // the first round compiles, where it costs little
  for (let round = rounds > 2 ? -1 : 0; round < rounds; round++) {
    for (const [index, method] of methods.entries()) {
      if (!method) continue;
      const answered = Math.min(count, method.most ?? count);
      const time = (await method.answer(answered)) / answered;
      if (round >= 0) times[index].push(time);
    }
  }
  return times.map((list) => (list.length > 0 ? median(list) : null));
}

const NAMES = ['reduced_basis', 'reduced_basis_float64', 'amg', 'pod', 'splu', 'cholmod', 'linear_response'];

function caseOf(
  name: string,
  cells: number,
  sources: number,
  methods: readonly (Method | null)[],
  perSource: readonly (number | null)[],
): BenchCase {
  const figures: Record<string, number | string | null> = { cells, sources };
  const [ours] = methods;
  NAMES.forEach((key, index) => {
    const method = methods[index];
    figures[`${key}_ms`] = perSource[index];
    figures[`${key}_setup_ms`] = method?.setupMs ?? null;
    figures[`${key}_error`] = method?.error ?? null;
    figures[`${key}_bytes`] = method?.bytes ?? null;
    for (const [note, value] of Object.entries(method?.notes ?? {})) figures[`${key}_${note}`] = value;
    if (index === 0) return;
    const range =
      method &&
      payingSources(
        { setup: ours!.setupMs, each: perSource[0]! },
        { setup: method.setupMs, each: perSource[index]! },
      );
    figures[`ratio_${key}`] = perSource[index] && perSource[0]! / perSource[index];
    figures[`pays_from_${key}`] = range?.from ?? null;
    figures[`pays_until_${key}`] = range?.until ?? null;
  });
  return { name, ours_ms: perSource[0]!, ...figures };
}

interface Cost {
  readonly setup: number;
  readonly each: number;
}

/** Numbers n of sources with ours.setup + n ours.each < rival.setup + n rival.each; null when there are none. */
function payingSources(ours: Cost, rival: Cost): { from: number; until: number | null } | null {
  const extra = ours.setup - rival.setup;
  const gain = rival.each - ours.each;
  if (gain > 0) return { from: Math.max(1, Math.floor(extra / gain) + 1), until: null };
  const until = gain === 0 ? Number.POSITIVE_INFINITY : Math.ceil(extra / gain) - 1;
  if (!(extra < 0) || until < 1) return null;
  return { from: 1, until: Number.isFinite(until) ? until : null };
}
