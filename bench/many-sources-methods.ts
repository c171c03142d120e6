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
import type { EncodeApplyModel } from '../training/index.js';
import type { Encoder } from './many-sources-encoder.js';
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
/** Cells above which set-ups are not repeated and fewer sources are timed. */
export const LARGE = 50_000;
/** A block of the session: more sources take as long each. */
export const MANY = 64;
const mostOf = ({ operator }: ManySourcesProblem, most = MANY) =>
  operator.matrix.rows > LARGE ? most : undefined;

/** Φ, BΦ and the factor of the Gram matrix, as the projection keeps them; with a correction D⁻¹ too. */
const projectionBytes = ({ basis: { rows, columns }, options }: BasisProjection) =>
  FLOAT64 * (2 * rows * columns + columns ** 2 + (options.correction === 'none' ? 0 : rows));

const withCorrection = (
  projection: BasisProjection,
  correction: BasisProjection['options']['correction'],
): BasisProjection => ({ ...projection, options: { ...projection.options, correction } });

/**
 * The reduced basis with its products on ONNX Runtime in single precision, with its correction and without, and with it in
 * float64 TypeScript.
 */
export async function reducedBasisMethods(
  encoder: Encoder,
  problem: ManySourcesProblem,
  queries: Queries,
): Promise<Method[]> {
  const { operator, types } = problem;
  // the first call of a graph allocates
  if (operator.matrix.rows < LARGE) await encoder.encode(operator, types);
  const { projection, milliseconds: parts } = await encoder.encode(operator, types);
  const setupMs = parts.features + parts.network + parts.projection;
  const notes = { ...parts, encoder: encoder.training, rank: encoder.rank };
  const most = mostOf(problem);
  const plain = withCorrection(projection, 'none');
  return [
    await sessionMethod('reduced_basis', projection, { setupMs, notes, most }, queries),
    await sessionMethod('reduced_basis_uncorrected', plain, { setupMs, most }, queries),
    {
      name: 'reduced_basis_float64',
      setupMs,
      bytes: projectionBytes(projection),
      error: answeredError(projection, queries),
      most,
      answer: (count) => milliseconds(() => projectFields(projection, queries.loads.slice(0, count))),
    },
  ];
}

const answeredError = (projection: BasisProjection, { loads, references }: Queries) =>
  meanError(projectFields(projection, loads.slice(0, references.length)).fields, references);

async function sessionMethod(
  name: string,
  projection: BasisProjection,
  { setupMs, notes, most }: Pick<Method, 'setupMs' | 'notes' | 'most'>,
  { loads, references }: Queries,
): Promise<Method> {
  const started = performance.now();
  const session = await reducedSession(projection);
  const session_ms = performance.now() - started;
  return {
    name,
    setupMs: setupMs + session_ms,
    bytes: session.bytes,
    error: meanError(await session.apply(loads.slice(0, references.length)), references),
    notes: { ...notes, session_ms },
    most,
    answer: (count) => milliseconds(() => session.apply(loads.slice(0, count))),
    dispose: () => session.dispose(),
  };
}

/** A linear response, geometry encoded once. Without training: it is there for its time. */
export async function linearResponseMethod(
  model: EncodeApplyModel,
  problem: ManySourcesProblem,
  { loads }: Queries,
): Promise<Method> {
  const { operator, types } = problem;
  const { cellVolumes } = operator.mesh;
  const sources = loads.slice(0, MANY).map((load) => load.map((value, cell) => value / cellVolumes[cell]));
  const started = performance.now();
  const geometry = await model.encode(operator, types);
  const setupMs = performance.now() - started;
  return {
    name: 'linear_response_untrained',
    setupMs,
    bytes: null,
    error: null,
    // one source after the other
    most: mostOf(problem, 2) ?? FEW,
    answer: (count) => milliseconds(() => geometry.apply(sources.slice(0, count))),
  };
}

/** Four steps of a tolerance to the decade */
const toleranceOf = (step: number) => 10 ** (-step / 4);
const LOOSEST_STEP = 1;
const TIGHTEST_STEP = 40;

/** AMG-PCG to the loosest tolerances at which its error is not larger than those given by name. */
export function multigridMethods(
  problem: ManySourcesProblem,
  { loads, references }: Queries,
  errors: Readonly<Record<string, number>>,
): Method[] {
  const { matrix } = problem.operator;
  const started = performance.now();
  const preconditioner = smoothedAggregation(matrix);
  const setupMs = performance.now() - started;
  const solve = (some: readonly Float64Array[], relativeTolerance: number) =>
    conjugateGradientMany(matrix, some, { preconditioner, relativeTolerance });
  const tried = new Map<number, { readonly reached: number; readonly iterations: number }>();
  const attempt = (step: number) => {
    let found = tried.get(step);
    if (!found) {
      const results = solve(loads.slice(0, references.length), toleranceOf(step));
      const iterations = results.reduce((sum, result) => sum + result.iterations, 0) / results.length;
      const fields = results.map(({ solution }) => solution);
      found = { reached: meanError(fields, references), iterations };
      tried.set(step, found);
    }
    return found;
  };
  return Object.entries(errors).map(([name, error]) => {
    let [low, high] = [LOOSEST_STEP, TIGHTEST_STEP];
    while (low < high) {
      const step = Math.floor((low + high) / 2);
      if (attempt(step).reached > error) low = step + 1;
      else high = step;
    }
    const { reached, iterations } = attempt(low);
    const relativeTolerance = toleranceOf(low);
    return {
      name,
      setupMs,
      // four fields of x, r, z, p and q beside the hierarchy
      bytes: preconditioner.bytes + 4 * 5 * FLOAT64 * matrix.rows,
      error: reached,
      notes: { tolerance: relativeTolerance, iterations },
      most: mostOf(problem, FEW),
      answer: (count) => milliseconds(() => solve(loads.slice(0, count), relativeTolerance)),
    };
  });
}

/** Snapshots over rank: as many again as a third, so that the modes are not the snapshots themselves. */
const OVERSAMPLING = 4 / 3;
const SNAPSHOT_TOLERANCE = 1e-6;

/**
 * POD of snapshots for sources of the same distribution, solved on this mesh; other draws than the queries. With the
 * encoder's correction and without.
 */
export async function snapshotMethods(
  problem: ManySourcesProblem,
  queries: Queries,
  { rank, correction }: Pick<Encoder, 'rank' | 'correction'>,
): Promise<Method[]> {
  const { operator } = problem;
  const snapshots = Math.ceil(OVERSAMPLING * rank);
  const draws = drawLoads(problem, fourierSource(), 1, snapshots);
  const started = performance.now();
  const solutions = solveLoads(operator, draws, SNAPSHOT_TOLERANCE);
  const solved = performance.now();
  const found = properOrthogonalDecomposition(operator, solutions, { rank });
  const projection = projectionOf(operator, found.basis, found.rank);
  const setupMs = performance.now() - started;
  const notes = { snapshots, snapshots_ms: solved - started, rank: found.rank };
  const most = mostOf(problem);
  return [
    await sessionMethod('pod', withCorrection(projection, correction), { setupMs, notes, most }, queries),
    await sessionMethod('pod_uncorrected', projection, { setupMs, most }, queries),
  ];
}

/** Of methods that answer sources one by one or in fours, so many are timed where the mesh is large. */
const FEW = 16;

/** A sparse factorisation by a peer; null when it is not installed. */
export async function factorisationMethod(
  solver: 'splu' | 'cholmod',
  peer: PeerProcess,
  problem: ManySourcesProblem,
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
    most: mostOf(problem, solver === 'splu' ? FEW : MANY),
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
