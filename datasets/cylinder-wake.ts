import { availableParallelism } from 'node:os';
import { FileError, InvalidInputError } from '../common/errors.js';
import type { Progress } from '../common/progress.js';
import {
  type CylinderFlowOptions,
  cylinderFlow,
  type FlowWindow,
  sheddingFrequency,
} from '../solvers/index.js';
import { type CachedArray, cachedArray, readCachedArray } from './array-cache.js';
import { checkTrajectories, type Trajectories } from './trajectories.js';
import { inWorkers } from './worker-pool.js';

/** One flow past a cylinder to record, as plain data; times in d/U. */
export interface WakeRequest {
  readonly flow: CylinderFlowOptions;
  readonly window: FlowWindow;
  /** Time left to the transient before the first frame */
  readonly transient: number;
  readonly frames: number;
  /** Time between frames, a whole number of the solver's steps */
  readonly interval: number;
}

/** What a request gives: `[frame][component][y][x]` velocities and `[frame][drag, lift]` coefficients. */
export interface WakeRecord {
  readonly values: Float32Array;
  readonly forces: Float32Array;
}

/** Runs one flow on the calling thread. */
export function recordWake({ flow: options, window, transient, frames, interval }: WakeRequest): WakeRecord {
  const flow = cylinderFlow(options);
  const steps = interval * flow.stepsPerTimeUnit;
  if (!(steps > 0.5) || Math.abs(steps - Math.round(steps)) > 1e-6 * steps) {
    throw new InvalidInputError(
      `recordWake: an interval of ${interval} is ${steps} steps of the solver, a whole number is needed`,
    );
  }
  flow.advance(Math.round(transient * flow.stepsPerTimeUnit));
  const size = 2 * window.cells[0] * window.cells[1];
  const values = new Float32Array(frames * size);
  const forces = new Float32Array(frames * 2);
  for (let frame = 0; frame < frames; frame++) {
    if (frame > 0) flow.advance(Math.round(steps));
    values.set(flow.velocity(window), frame * size);
    forces.set([flow.drag, flow.lift], frame * 2);
  }
  return { values, forces };
}

export interface CylinderWakeOptions {
  /** Of the trajectories, in this order */
  reynolds?: readonly number[];
  frames?: number;
  interval?: number;
  transient?: number;
  flow?: Omit<CylinderFlowOptions, 'reynolds'>;
  window?: FlowWindow;
  /** Worker threads, one flow each; 0 computes on the calling thread. By default one per core. */
  workers?: number;
  /** Folder in which computed flows are kept, two `.npy` files each; none by default */
  cache?: string;
  progress?: Progress;
  signal?: AbortSignal;
}

export const CYLINDER_WAKE_DEFAULTS = {
  reynolds: [100, 150, 200, 250, 300, 400],
  frames: 450,
  interval: 0.1,
  transient: 100,
  flow: {},
  window: { origin: [-2, -4], cells: [128, 64], cellsPerDiameter: 8 },
} as const;

/** Velocities (u, v) in the wake, one trajectory per Reynolds number; `points` are [y, x]. */
export interface CylinderWake extends Trajectories {
  readonly reynolds: readonly number[];
  /** `[y][x]`, the fraction of each cell that is fluid */
  readonly mask: Float32Array;
  /** `[trajectory][frame][drag, lift]` coefficients */
  readonly forces: Float32Array;
  /** Of each trajectory, from its lift; NaN where too few periods were recorded */
  readonly strouhal: Float64Array;
  readonly window: FlowWindow;
}

/**
 * Two-dimensional flow past a circular cylinder by {@link cylinderFlow}, after the transient, frames 0.1 d/U apart in a
 * window around the wake. Above Re ≈ 190 real wakes are three-dimensional: these are a model problem there.
 */
export async function cylinderWake(options: CylinderWakeOptions = {}): Promise<CylinderWake> {
  const settings = { ...CYLINDER_WAKE_DEFAULTS, ...options };
  const { reynolds, frames, interval, transient, window, cache, progress, signal } = settings;
  const workers = settings.workers ?? availableParallelism();
  const requests = reynolds.map((number) => ({
    flow: { ...settings.flow, reynolds: number },
    window,
    transient,
    frames,
    interval,
  }));
  const compute = (which: readonly WakeRequest[]) =>
    inWorkers(which, {
      name: 'cylinderWake',
      file: 'dist/datasets/cylinder-wake-worker.js',
      run: recordWake,
      workers: Math.min(workers, which.length),
      failed: (index, cause) =>
        new InvalidInputError(
          `cylinderWake: Reynolds number ${which[index].flow.reynolds}: ${(cause as Error).message}`,
          { cause },
        ),
      phase: 'cylinder wakes',
      progress,
      signal,
    });
  const records = cache ? await cachedRecords(cache, requests, workers, compute) : await compute(requests);
  const forces = joined(records.map((record) => record.forces));
  const strouhal = Float64Array.from(records, ({ forces }) => {
    try {
      return sheddingFrequency(
        forces.filter((_, i) => i % 2 === 1),
        interval,
      );
    } catch {
      return Number.NaN;
    }
  });
  const size = window.cells.map((count) => count / window.cellsPerDiameter);
  return checkTrajectories(
    {
      values: joined(records.map((record) => record.values)),
      trajectories: reynolds.length,
      frames,
      components: 2,
      points: [window.cells[1], window.cells[0]],
      length: [size[1], size[0]],
      interval,
      viscosity: Float64Array.from(reynolds, (number) => 1 / number),
      reynolds,
      mask: cylinderFlow(requests[0].flow).mask(window),
      forces,
      strouhal,
      window,
    },
    'cylinderWake',
  );
}

/** Changed when the same request gives other values than before. */
const GENERATOR_VERSION = 1;

/** Flows that are kept are read; the others are computed, as many at once as there are workers, and kept as they come. */
async function cachedRecords(
  folder: string,
  requests: readonly WakeRequest[],
  workers: number,
  compute: (which: readonly WakeRequest[]) => Promise<WakeRecord[]>,
): Promise<WakeRecord[]> {
  const absent = requests.filter((request) => !isCached(folder, request));
  const atOnce = Math.max(1, workers);
  for (let start = 0; start < absent.length; start += atOnce) {
    const together = absent.slice(start, start + atOnce);
    const records = await compute(together);
    for (const [i, request] of together.entries()) {
      const [values, forces] = arraysOf(request);
      await cachedArray(folder, values, async () => records[i].values);
      await cachedArray(folder, forces, async () => records[i].forces);
    }
  }
  return requests.map((request) => {
    const [values, forces] = arraysOf(request).map((array) => readCachedArray(folder, array));
    if (!values || !forces) {
      throw new FileError(`cylinderWake: files in ${folder} changed while they were read; try again`);
    }
    return { values, forces };
  });
}

const isCached = (folder: string, request: WakeRequest) =>
  arraysOf(request).every((array) => readCachedArray(folder, array) !== null);

function arraysOf(request: WakeRequest): CachedArray[] {
  const { frames, window, flow } = request;
  const key = { version: GENERATOR_VERSION, ...request };
  const name = `cylinder-wake-${flow.reynolds}`;
  return [
    { name, key, shape: [frames, 2, window.cells[1], window.cells[0]] },
    { name: `${name}-forces`, key, shape: [frames, 2] },
  ];
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
