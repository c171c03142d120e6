import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fourierSource } from '../datasets/index.js';
import {
  type BasisProjection,
  projectFields,
  projectionOf,
  properOrthogonalDecomposition,
  reducedSession,
} from '../operators/index.js';
import { conjugateGradientMany, type SparseMatrix, smoothedAggregation } from '../solvers/index.js';
import type { Encoder, linearResponseSurrogate } from './many-sources-encoder.js';
import { drawLoads, type ManySourcesProblem, meanError, solveLoads } from './many-sources-problem.js';
import type { PeerProcess } from './peer-process.js';

/** The sources of one mesh: the first of them have references for errors. */
export interface Queries {
  /** b, `[source][cell]` */
  readonly loads: readonly Float64Array[];
  readonly references: readonly Float64Array[];
  /** The same in files, `[source][cell]`, for peers */
  readonly files: { readonly folder: string; readonly loads: string; readonly references: string };
}

/** A way to answer many sources on one mesh. */
export interface Method {
  readonly name: string;
  /** Once a mesh: encoding, set-up, factorisation, or snapshots */
  readonly setupMs: number;
  /** What it keeps for the mesh beside the matrix */
  readonly bytes: number | null;
  /** Mean relative L² error over the references */
  readonly error: number | null;
  /** Of `setupMs` or about the method, for the table */
  readonly notes?: Readonly<Record<string, number | string>>;
  /** The most sources worth timing at once: more cost as much each. */
  readonly most?: number;
  /** Milliseconds for the first `count` sources together */
  answer(count: number): Promise<number>;
  dispose?(): Promise<void>;
}

async function milliseconds(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

const FLOAT64 = 8;
/** Cells above which set-ups are not repeated */
const LARGE = 50_000;

/** Φ, BΦ and the factor of the Gram matrix, as the projection keeps them. */
const projectionBytes = ({ basis: { rows, columns } }: BasisProjection) =>
  FLOAT64 * (2 * rows * columns + columns ** 2);

/** The reduced basis with its products on ONNX Runtime in single precision, and in float64 TypeScript. */
export async function reducedBasisMethods(
  encoder: Encoder,
  { operator, types }: ManySourcesProblem,
  queries: Queries,
): Promise<Record<'session' | 'plain', Method>> {
  // the first call of a graph allocates
  if (operator.matrix.rows < LARGE) await encoder.encode(operator, types);
  const { projection, milliseconds: parts } = await encoder.encode(operator, types);
  const setupMs = parts.features + parts.network + parts.projection;
  const notes = { ...parts, encoder: encoder.training, rank: encoder.rank };
  return {
    session: await sessionMethod('reduced_basis', projection, setupMs, notes, queries),
    plain: {
      name: 'reduced_basis_float64',
      setupMs,
      bytes: projectionBytes(projection),
      error: answeredError(projection, queries),
      answer: (count) => milliseconds(() => projectFields(projection, queries.loads.slice(0, count))),
    },
  };
}

const answeredError = (projection: BasisProjection, { loads, references }: Queries) =>
  meanError(projectFields(projection, loads.slice(0, references.length)).fields, references);

async function sessionMethod(
  name: string,
  projection: BasisProjection,
  before: number,
  notes: Method['notes'],
  { loads, references }: Queries,
): Promise<Method> {
  const started = performance.now();
  const session = await reducedSession(projection);
  const session_ms = performance.now() - started;
  return {
    name,
    setupMs: before + session_ms,
    bytes: session.bytes,
    error: meanError(await session.apply(loads.slice(0, references.length)), references),
    notes: { ...notes, session_ms },
    answer: (count) => milliseconds(() => session.apply(loads.slice(0, count))),
    dispose: () => session.dispose(),
  };
}

/**
 * A linear response, whose network passes over the mesh for every source: it has nothing to encode before. One source is
 * timed, the others cost as much.
 */
export async function linearResponseMethod(
  { surrogate, training }: Awaited<ReturnType<typeof linearResponseSurrogate>>,
  { operator, types: boundaryTypes }: ManySourcesProblem,
  { loads, references }: Queries,
): Promise<Method> {
  const answer = (rightHandSide: Float64Array) => {
    const source = rightHandSide.map((value, cell) => value / operator.mesh.cellVolumes[cell]);
    return surrogate.answer({ operator, boundaryTypes, source, rightHandSide });
  };
  const fields: Float64Array[] = [];
  if (training !== 'untrained') {
    for (const load of loads.slice(0, references.length)) fields.push(await answer(load));
  }
  return {
    name: 'linear_response',
    setupMs: 0,
    bytes: null,
    error: fields.length > 0 ? meanError(fields, references) : null,
    notes: { training },
    most: 1,
    answer: () => milliseconds(() => answer(loads[0])),
  };
}

/** Four steps of a tolerance to the decade */
const toleranceOf = (step: number) => 10 ** (-step / 4);
const LOOSEST_STEP = 1;
const TIGHTEST_STEP = 40;

/** AMG-PCG to the loosest tolerance at which its error is not larger than `error`. */
export function multigridMethod(
  { operator }: ManySourcesProblem,
  { loads, references }: Queries,
  error: number,
): Method {
  const { matrix } = operator;
  const started = performance.now();
  const preconditioner = smoothedAggregation(matrix);
  const setupMs = performance.now() - started;
  const solve = (some: readonly Float64Array[], relativeTolerance: number) =>
    conjugateGradientMany(matrix, some, { preconditioner, relativeTolerance });
  const calibrated = loads.slice(0, references.length);
  for (let step = LOOSEST_STEP; ; step++) {
    const relativeTolerance = toleranceOf(step);
    const results = solve(calibrated, relativeTolerance);
    const reached = meanError(
      results.map(({ solution }) => solution),
      references,
    );
    if (reached > error && step < TIGHTEST_STEP) continue;
    const iterations = results.reduce((sum, result) => sum + result.iterations, 0) / results.length;
    return {
      name: 'amg',
      setupMs,
      // four fields of x, r, z, p and q beside the hierarchy
      bytes: preconditioner.bytes + 4 * 5 * FLOAT64 * matrix.rows,
      error: reached,
      notes: { tolerance: relativeTolerance, iterations },
      answer: (count) => milliseconds(() => solve(loads.slice(0, count), relativeTolerance)),
    };
  }
}

/** Snapshots over rank: as many again as a third, so that the modes are not the snapshots themselves. */
const OVERSAMPLING = 4 / 3;
const SNAPSHOT_TOLERANCE = 1e-6;

/** POD of snapshots for sources of the same distribution, solved on this mesh; other draws than the queries. */
export async function snapshotMethod(
  problem: ManySourcesProblem,
  queries: Queries,
  rank: number,
): Promise<Method> {
  const { operator } = problem;
  const snapshots = Math.ceil(OVERSAMPLING * rank);
  const draws = drawLoads(problem, fourierSource(), 1, snapshots);
  const started = performance.now();
  const solutions = solveLoads(operator, draws, SNAPSHOT_TOLERANCE);
  const solved = performance.now();
  const found = properOrthogonalDecomposition(operator, solutions, { rank });
  const projection = projectionOf(operator, found.basis, found.rank);
  const finished = performance.now();
  const notes = { snapshots, snapshots_ms: solved - started, rank: found.rank };
  return sessionMethod('pod', projection, finished - started, notes, queries);
}

/** SuperLU, which answers one source after the other, is timed on a few where the mesh is large. */
const FEW = 16;

/** A sparse factorisation by a peer; null when it is not installed. */
export async function factorisationMethod(
  solver: 'splu' | 'cholmod',
  peer: PeerProcess,
  { operator }: ManySourcesProblem,
  { files }: Queries,
): Promise<Method | null> {
  const factored = await peer.ask<{ milliseconds: number; bytes: number }>({ solver, folder: files.folder });
  if (!factored) return null;
  const solve = (count: number) =>
    peer.ask<{ milliseconds: number; error: number }>({
      solve: files.loads,
      references: files.references,
      count,
    });
  const first = await solve(FEW);
  return {
    name: solver,
    setupMs: factored.milliseconds,
    bytes: factored.bytes,
    error: first!.error,
    most: solver === 'splu' && operator.matrix.rows > LARGE ? FEW : undefined,
    answer: async (count) => (await solve(count))!.milliseconds,
  };
}

/** Writes what the peers read. */
export function writeQueries(
  folder: string,
  { rowOffsets, columns, values }: SparseMatrix,
  loads: readonly Float64Array[],
  references: readonly Float64Array[],
): Queries {
  const files = { folder, loads: join(folder, 'loads.f64'), references: join(folder, 'references.f64') };
  writeFileSync(join(folder, 'offsets.i32'), rowOffsets);
  writeFileSync(join(folder, 'columns.i32'), columns);
  writeFileSync(join(folder, 'values.f64'), values);
  for (const [path, vectors] of [
    [files.loads, loads],
    [files.references, references],
  ] as const) {
    writeFileSync(path, '');
    for (const vector of vectors) writeFileSync(path, vector, { flag: 'a' });
  }
  return { loads, references, files };
}
