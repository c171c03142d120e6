import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from '../common/median.js';
import { combineSeeds } from '../common/random.js';
import {
  type BoundaryControl,
  type ControlMethod,
  type ControlPlan,
  type ControlSession,
  controlSession,
} from '../control/index.js';
import { drawSampleOnMesh, hotSpots, poissonTask, someDirichlet } from '../datasets/index.js';
import { generateMesh, plateWithHoles } from '../geometry/index.js';
import { assemble, assembleRightHandSide, matrixMarketText, type PoissonProblem } from '../solvers/index.js';
import { loadPretrained, openSurrogate, type Surrogate } from '../training/index.js';
import type { BenchCase } from './main.js';
import { runPeer } from './peers.js';

const SIZES = [2_000, 20_000];
const COUNTS = [1, 16];
/** A query asks for this much less than the hottest of its load cases has without control, K. */
const DEMAND = 3;
const METHODS = ['exact', 'surrogate', 'adjoint'] as const satisfies readonly ControlMethod[];
/** Rounds on large meshes, and of the method that takes minutes a query there. */
const FEW = 3;
const SLOW = 1;

/**
 * One plan on a part that is known already: sources and limit are new, the matrix, its preconditioner, the solver's fields of
 * the controls and the encoded geometry are kept from before. Certified solves, of the fields without control too, are in
 * every figure. The peer factorises once (SciPy's SuperLU), solves for the same columns and plans with SLSQP and cutting
 * planes, on the two-point system, without a certificate.
 */
export async function run(repeats: number, only = ''): Promise<BenchCase[]> {
  const surrogate = await openSurrogate(loadPretrained('random-bc'), { outOfRange: 'ignore' });
  const cases: BenchCase[] = [];
  for (const cells of SIZES) {
    for (const count of COUNTS) {
      const name = `${cells / 1000}k-${count}`;
      if (!name.includes(only)) continue;
      console.error(`control: ${name}`);
      cases.push(await timeCase(name, cells, count, surrogate, repeats));
    }
  }
  await surrogate.dispose();
  return cases;
}

interface Query {
  readonly sources: readonly Float64Array[];
  readonly maximum: number;
}

async function timeCase(
  name: string,
  cells: number,
  count: number,
  surrogate: Surrogate,
  repeats: number,
): Promise<BenchCase> {
  const mesh = generateMesh(plateWithHoles({ holes: 3, seed: 4, sides: 32 }), { cellCount: cells });
  const boundary = someDirichlet({ among: ['left'] });
  const task = poissonTask({
    meshes: [mesh],
    source: hotSpots(),
    boundary,
    removeMean: 'never',
    sourcesPerSample: count,
  });
  const problem: PoissonProblem = {
    mesh,
    source: 0,
    boundaryConditions: Object.fromEntries(
      mesh.patches.map(({ name: patch }) => [
        patch,
        patch === 'left' ? { type: 'dirichlet', value: 0 } : { type: 'neumann', flux: 0 },
      ]),
    ),
  };
  const controls: BoundaryControl[] = [
    { patches: 'left', quantity: 'temperature', bounds: [-5, 5], shape: { kind: 'pieces', count: 4 } },
  ];
  const sourcesOf = (index: number) => drawSampleOnMesh(task, 0, combineSeeds(7, count), index).sources;
  const ask = (session: ControlSession, { sources, maximum }: Query, method: ControlMethod) =>
    session.plan({ limit: { maximum }, loadCases: sources.map((source) => ({ source })) }, { method });
  const times: Record<string, number[]> = {};
  const plans: Record<string, ControlPlan[]> = {};
  const setup: Record<string, number> = {};
  const rounds = cells > SIZES[0] ? Math.min(FEW, repeats) : repeats;
  const queries: Query[] = [];
  const reference = controlSession(problem, { controls });
  for (let index = 0; index <= rounds; index++) {
    const sources = sourcesOf(index);
    const free = await reference.plan(
      { loadCases: sources.map((source) => ({ source })) },
      { method: 'exact' },
    );
    queries.push({ sources, maximum: free.peak.before - DEMAND });
  }
  for (const method of METHODS) {
    const session = controlSession(problem, { controls, surrogate });
    const started = performance.now();
    await ask(session, queries[0], method);
    setup[method] = performance.now() - started;
    times[method] = [];
    plans[method] = [];
    const slow = method === 'adjoint' && cells > SIZES[0] && count > 1;
    for (const query of queries.slice(1, slow ? 1 + SLOW : undefined)) {
      const begun = performance.now();
      plans[method].push(await ask(session, query, method));
      times[method].push(performance.now() - begun);
    }
    await session.dispose();
  }
  const peer = peerTimes(problem, controls, queries);
  const ours = median(times.exact);
  return {
    name,
    cells: mesh.cellCount,
    load_cases: count,
    ours_ms: ours,
    exact_ms: ours,
    surrogate_ms: median(times.surrogate),
    adjoint_ms: median(times.adjoint),
    scipy_ms: peer?.milliseconds ?? null,
    exact_first_ms: setup.exact,
    surrogate_first_ms: setup.surrogate,
    adjoint_first_ms: setup.adjoint,
    scipy_first_ms: peer?.firstMilliseconds ?? null,
    ratio_scipy: peer ? ours / peer.milliseconds : null,
    surrogate_over_exact: median(times.surrogate) / ours,
    adjoint_over_exact: median(times.adjoint) / ours,
    verdicts: METHODS.map((method) => plans[method].at(-1)!.verdict).join(', '),
    surrogate_cost_ratio: costRatio(plans.surrogate, plans.exact),
    adjoint_cost_ratio: costRatio(plans.adjoint, plans.exact),
    scipy_cost_ratio: peer ? peer.cost / plans.exact.at(-1)!.cost : null,
    surrogate_cosine: plans.surrogate.at(-1)!.gradientCosine,
  };
}

/** Of the last query that both were asked. */
function costRatio(found: readonly ControlPlan[], reference: readonly ControlPlan[]): number {
  const last = Math.min(found.length, reference.length) - 1;
  return found[last].cost / reference[last].cost;
}

interface PeerResult {
  readonly milliseconds: number;
  readonly firstMilliseconds: number;
  /** Of the last query */
  readonly cost: number;
}

function peerTimes(
  problem: PoissonProblem,
  controls: readonly BoundaryControl[],
  queries: readonly Query[],
): PeerResult | null {
  const folder = mkdtempSync(join(tmpdir(), 'fieldsmith-control-'));
  try {
    const { operator } = assemble(problem);
    writeFileSync(join(folder, 'matrix.mtx'), [...matrixMarketText(operator.matrix)].join(''));
    const [{ shape }] = controls;
    const pieces = shape?.kind === 'pieces' ? shape.count : 1;
    const units = Array.from({ length: pieces }, (_, j) => unitLoad(problem, j, pieces));
    const bytes = (arrays: readonly Float64Array[]) =>
      Buffer.concat(arrays.map((array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength)));
    writeFileSync(join(folder, 'columns.bin'), bytes(units));
    queries.forEach(({ sources }, index) => {
      const loads = sources.map((source) =>
        assembleRightHandSide(operator, source, problem.boundaryConditions),
      );
      writeFileSync(join(folder, `loads-${index}.bin`), bytes(loads));
    });
    const limits = queries.map(({ maximum }) => maximum);
    writeFileSync(
      join(folder, 'limits.json'),
      JSON.stringify({ limits, bounds: controls[0].bounds, pieces }),
    );
    return runPeer<PeerResult>('control.py', [folder]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** b of a unit temperature on one of the pieces of the left side. */
function unitLoad(problem: PoissonProblem, piece: number, pieces: number): Float64Array {
  const { mesh } = problem;
  const patch = mesh.patches.find(({ name }) => name === 'left')!;
  const heights = Float64Array.from(
    { length: patch.size },
    (_, face) => mesh.faceCentroids[2 * (patch.start + face) + 1],
  );
  const order = [...heights.keys()].sort((a, b) => heights[b] - heights[a]);
  const value = new Float64Array(patch.size);
  order.forEach((face, rank) => {
    if (Math.floor((rank * pieces) / patch.size) === piece) value[face] = 1;
  });
  const { operator } = assemble(problem);
  return assembleRightHandSide(operator, 0, {
    ...problem.boundaryConditions,
    left: { type: 'dirichlet', value },
  });
}
