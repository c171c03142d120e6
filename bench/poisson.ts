import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from '../common/median.js';
import { createRandom } from '../common/random.js';
import {
  conjugateGradient,
  incompleteCholesky,
  matrixMarketText,
  type Preconditioner,
  type SparseMatrix,
  smoothedAggregation,
} from '../solvers/index.js';
import type { BenchCase } from './main.js';
import { runPeer } from './peers.js';
import { poissonCases } from './poisson-cases.js';

/** Above this, every measurement is made once or twice: the slow solvers take half a minute each. */
const LARGE = 200_000;
const ROUNDS = { small: 3, large: 1 };

const solvers: Readonly<Record<string, (matrix: SparseMatrix) => Preconditioner & { bytes?: number }>> = {
  amg: smoothedAggregation,
  'incomplete-cholesky': incompleteCholesky,
};

interface Figures {
  readonly setup_ms: number;
  readonly solve_ms: number;
  readonly iterations: number;
  readonly residual: number;
}

/**
 * A x = b to a relative residual of 1e-8, one thread, set-up and solve apart: ours against PyAMG, SciPy and PETSc on the
 * same matrices, which the peers read from Matrix Market files. b is random, so that it holds every frequency.
 * `ratio_petsc` is against the faster of PETSc's two.
 */
export async function run(repeats: number): Promise<BenchCase[]> {
  warmUp();
  const cases: BenchCase[] = [];
  for (const { name, matrix: build } of poissonCases) {
    console.error(`poisson: ${name}`);
    const matrix = build();
    const folder = mkdtempSync(join(tmpdir(), 'fieldsmith-poisson-'));
    try {
      cases.push(...measure(name, matrix, folder, repeats));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return cases;
}

function measure(name: string, matrix: SparseMatrix, folder: string, repeats: number): BenchCase[] {
  const large = matrix.rows > LARGE;
  const random = createRandom(1);
  const right = Float64Array.from({ length: matrix.rows }, () => random.normal());
  const matrixFile = join(folder, 'matrix.mtx');
  const rightFile = join(folder, 'right.f64');
  const file = openSync(matrixFile, 'w');
  for (const text of matrixMarketText(matrix)) writeSync(file, text);
  closeSync(file);
  writeFileSync(rightFile, new Uint8Array(right.buffer));

  const ours: Record<string, Figures[]> = {};
  const peers: Record<string, Figures[]> = {};
  const bytes: Record<string, number | undefined> = {};
  const measureOurs = () => {
    for (const [solver, setup] of Object.entries(solvers)) {
      if (large && solver !== 'amg') continue;
      const started = performance.now();
      const preconditioner = setup(matrix);
      const middle = performance.now();
      const result = conjugateGradient(matrix, right, { preconditioner });
      const finished = performance.now();
      if (result.status !== 'converged') throw new Error(`bench: ${solver} on ${name}: ${result.reason}`);
      bytes[solver] = preconditioner.bytes;
      ours[solver] ??= [];
      ours[solver].push({
        setup_ms: middle - started,
        solve_ms: finished - middle,
        iterations: result.iterations,
        residual: result.relativeResidual,
      });
    }
  };
  const measurePeers = () => {
    const arrays = `arrays=${folder}`;
    const times = large ? 1 : Math.min(3, repeats);
    const first = runPeer<Record<string, Figures>>(
      'poisson.py',
      [matrixFile, rightFile, times, arrays],
      ONE_THREAD,
    );
    const second = first && runPetsc([folder, rightFile, times]);
    for (const [peer, figures] of Object.entries({ ...first, ...second })) {
      if (typeof figures !== 'object' || !('setup_ms' in figures)) continue;
      peers[peer] ??= [];
      peers[peer].push(figures);
    }
  };
  // in turns, so that a busy moment of the machine meets all of them
  for (let round = 0; round < (large ? ROUNDS.large : ROUNDS.small); round++) {
    for (let repeat = 0; repeat < (large ? 2 : 3); repeat++) measureOurs();
    measurePeers();
  }
  if (large) measureOurs();

  const total = (list: Figures[] | undefined) =>
    list ? median(list.map(({ setup_ms, solve_ms }) => setup_ms + solve_ms)) : null;
  const peerTimes = {
    pyamg_ms: total(peers.pyamg),
    petsc_gamg_ms: total(peers.gamg),
    petsc_icc_ms: total(peers.icc),
    scipy_ms: total(peers.scipy),
  };
  const { pyamg_ms, petsc_gamg_ms, petsc_icc_ms, scipy_ms } = peerTimes;
  const petsc_ms = petsc_gamg_ms && petsc_icc_ms && Math.min(petsc_gamg_ms, petsc_icc_ms);
  return Object.entries(ours).map(([solver, list]) => {
    const ours_ms = total(list)!;
    const ratio = (peer: number | null) => peer && ours_ms / peer;
    return {
      name: `${name}, ${solver}`,
      solver,
      unknowns: matrix.rows,
      iterations: list[0].iterations,
      setup_ms: median(list.map(({ setup_ms }) => setup_ms)),
      solve_ms: median(list.map(({ solve_ms }) => solve_ms)),
      ours_ms,
      bytes_per_unknown: bytes[solver] === undefined ? null : bytes[solver] / matrix.rows,
      ...peerTimes,
      pyamg_iterations: peers.pyamg?.[0].iterations ?? null,
      petsc_gamg_iterations: peers.gamg?.[0].iterations ?? null,
      ratio_pyamg: ratio(pyamg_ms),
      ratio_petsc: ratio(petsc_ms),
      ratio_petsc_gamg: ratio(petsc_gamg_ms),
      ratio_scipy: ratio(scipy_ms),
    };
  });
}

/** Threads off; and OpenBLAS chooses its kernels for this processor. */
const ONE_THREAD = {
  environment: {
    OMP_NUM_THREADS: '1',
    OPENBLAS_NUM_THREADS: '1',
    MKL_NUM_THREADS: '1',
    OPENBLAS_CORETYPE: undefined,
    OPENBLAS_L2_SIZE: undefined,
  },
};

/** PETSc comes with Debian's Python, which does not find it by itself, or with the user's. */
function runPetsc(args: readonly (string | number)[]): Record<string, Figures> | null {
  const found = directories('/usr/lib/petscdir').flatMap((version) =>
    directories(version).filter((build) => build.endsWith('-real')),
  );
  const environment = { ...ONE_THREAD.environment, PETSC_DIR: found.at(-1) };
  return (
    runPeer('poisson_petsc.py', args, ONE_THREAD) ??
    runPeer('poisson_petsc.py', args, { environment, python: '/usr/bin/python3' })
  );
}

function directories(path: string): string[] {
  try {
    return readdirSync(path)
      .sort()
      .map((name) => join(path, name));
  } catch {
    return [];
  }
}

/** Lets the compiler see every kernel before a clock runs. */
function warmUp(): void {
  const [small] = poissonCases;
  const matrix = small.matrix();
  const right = new Float64Array(matrix.rows).fill(1);
  for (const setup of Object.values(solvers)) {
    for (let k = 0; k < 5; k++) conjugateGradient(matrix, right, { preconditioner: setup(matrix) });
  }
}
