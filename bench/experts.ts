import { median } from '../common/median.js';
import { packageFile } from '../common/package-file.js';
import { gramMatrix } from '../solvers/dense/tall-products.js';
import { type ExpertsCase, PEER_SETTINGS } from './experts-case.js';
import type { BenchCase } from './main.js';
import { type PeerProcess, startPeer, startProcess } from './peer-process.js';

const GRIDS = [
  { frames: 10, cells: 16 },
  { frames: 25, cells: 48 },
  { frames: 80, cells: 128 },
  { frames: 200, cells: 512 },
];

const EXPERTS = [1, 4, 16];

/** Largest relative difference between Σ(u − c)² of both. */
const AGREEMENT = 1e-4;

interface Measured {
  readonly forward: readonly number[];
  readonly backward: readonly number[];
  readonly iterations: number;
  readonly converged: number;
  readonly gflop: number;
  readonly peak_mb: number;
  readonly idle_mb: number;
  readonly check: number;
}

interface PeerMeasured {
  readonly forward: number;
  readonly backward: number;
  readonly check: number;
}

/**
 * Constraint solves of one sample (viscous Burgers in space and time, K independent experts, N basis fields, all rows) and their
 * adjoints: milliseconds on one thread, and with the experts dealt out to two worker threads, beside the same method in NumPy and
 * SciPy on one thread. `gflop` is the cost model's count, I (M N (N + 4L) + N³/3) an expert; memory is the largest resident set of a process
 * that does nothing else. The Gram product of an expert's rows is timed against NumPy's `B.T @ B` in the same run.
 */
export async function run(repeats: number, only: string): Promise<BenchCase[]> {
  const cases: BenchCase[] = [];
  const peer = startPeer('experts.py');
  try {
    for (const grid of GRIDS) {
      for (const columns of [16, 64]) {
        for (const experts of EXPERTS) {
          const settings = { ...grid, columns, experts };
          // every expert needs more rows than unknowns
          if (((grid.frames - 1) * grid.cells) / experts < 1.5 * columns) continue;
          const name = nameOf(settings);
          if (name.includes(only)) cases.push(await measure(name, settings, repeats, peer));
        }
      }
    }
  } finally {
    peer.stop();
  }
  return cases;
}

const nameOf = ({ frames, cells, columns, experts }: ExpertsCase): string =>
  `${frames * cells} points, N ${columns}, K ${experts}`;

async function measure(
  name: string,
  settings: ExpertsCase,
  repeats: number,
  peer: PeerProcess,
): Promise<BenchCase> {
  const processes = [1, 2].map(() =>
    startProcess(process.execPath, [packageFile('dist/bench/experts-solve-worker.js')]),
  );
  const times = [1, 2].map(() => ({ forward: [] as number[], backward: [] as number[] }));
  const theirs = { forward: [] as number[], backward: [] as number[] };
  let last: (Measured | null)[] = [];
  try {
    for (let round = 0; round < Math.max(1, Math.ceil(repeats / 3)); round++) {
      last = [];
      for (const [at, own] of processes.entries()) {
        const answer = await own.ask<Measured>({ case: settings, threads: at + 1, repeats: 3 });
        last.push(answer);
        times[at].forward.push(...answer!.forward);
        times[at].backward.push(...answer!.backward);
      }
      const answer = await peer.ask<PeerMeasured>({ kind: 'solve', ...settings, ...PEER_SETTINGS });
      if (!answer) continue;
      theirs.forward.push(answer.forward);
      theirs.backward.push(answer.backward);
      const { check } = last[0]!;
      if (Math.abs(answer.check / check - 1) > AGREEMENT) {
        throw new Error(`bench experts: NumPy gives Σ(u − c)² = ${answer.check}, ours ${check} for ${name}`);
      }
    }
  } finally {
    for (const own of processes) own.stop();
  }
  const [one, two] = times.map(({ forward, backward }) => [median(forward), median(backward)]);
  const numpy = theirs.forward.length > 0 ? [median(theirs.forward), median(theirs.backward)] : undefined;
  const { iterations, converged, gflop, peak_mb, idle_mb } = last[0]!;
  return {
    name,
    ours_ms: one[0],
    backward_ms: one[1],
    two_threads_ms: two[0],
    two_threads_backward_ms: two[1],
    numpy_ms: numpy?.[0] ?? null,
    numpy_backward_ms: numpy?.[1] ?? null,
    ratio_numpy: numpy ? one[0] / numpy[0] : null,
    ratio_numpy_backward: numpy ? one[1] / numpy[1] : null,
    iterations,
    converged_share: converged / settings.experts,
    model_gflop: gflop,
    gflops: gflop / (one[0] / 1e3),
    memory_mb: peak_mb - idle_mb,
    two_threads_memory_mb: last[1]!.peak_mb - last[1]!.idle_mb,
    ...(await gram(settings, repeats, peer)),
  };
}

/** BᵀB of one expert's rows, float64, one thread. */
async function gram(
  { frames, cells, columns, experts }: ExpertsCase,
  repeats: number,
  peer: PeerProcess,
): Promise<Record<string, number | null>> {
  const rows = Math.floor(((frames - 1) * cells) / experts);
  const matrix = Float64Array.from({ length: rows * columns }, (_, i) => Math.sin(i));
  const calls = Math.max(3, Math.round(2e6 / matrix.length));
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let repeat = 0; repeat < Math.max(2, repeats); repeat++) {
    const began = performance.now();
    for (let call = 0; call < calls; call++) gramMatrix(matrix, columns);
    ours.push((performance.now() - began) / calls);
    const answer = await peer.ask<{ ms: number }>({ kind: 'gram', rows, columns, calls });
    if (answer) theirs.push(answer.ms);
  }
  const least = Math.min(...ours);
  const peerLeast = theirs.length > 0 ? Math.min(...theirs) : null;
  return {
    gram_ms: least,
    numpy_gram_ms: peerLeast,
    ratio_gram: peerLeast === null ? null : least / peerLeast,
  };
}
