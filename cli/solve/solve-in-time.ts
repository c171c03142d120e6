import { FieldsmithError } from '../../common/errors.js';
import { writeSeries } from '../../geometry/files/index.js';
import type { Mesh } from '../../geometry/index.js';
import type { TransientHeat } from '../../solvers/index.js';
import { buildTransient } from '../problem/build-transient.js';
import type { HeatSection, ThermalSection } from '../problem/thermal-schema.js';
import type { WorkWatch } from '../run-work.js';
import { depthOf } from './depth.js';
import { type Temperatures, temperaturesOf } from './extremes.js';
import type { SolveRequest } from './run-solve.js';
import { solveInStretches } from './solve-in-stretches.js';

/** What `fieldsmith solve --json` prints of heat in time. */
export interface TransientResult {
  readonly kind: 'transient';
  readonly cells: number;
  /** Of the fields kept */
  readonly course: readonly ({ readonly time: number } & Temperatures)[];
  /** The hottest cell of all fields kept */
  readonly peak: { readonly time: number; readonly value: number; readonly at: readonly number[] };
  readonly heat: TransientHeat & { readonly unit: 'J' | 'J/m' };
  readonly steps: number;
  readonly rejectedSteps: number;
  readonly iterations: number;
  readonly seconds: number;
  readonly file?: string;
}

/** @throws FieldsmithError where the solver did not reach the end; nothing is written then */
export async function solveInTime(
  section: ThermalSection,
  mesh: Mesh,
  heat: HeatSection,
  { out, tolerance }: SolveRequest,
  { signal, progress }: WorkWatch,
): Promise<TransientResult> {
  const started = performance.now();
  const { problem, options, breaks } = buildTransient(section, mesh, heat);
  const solved = await solveInStretches(
    problem,
    { ...options, relativeTolerance: tolerance, signal, progress },
    breaks,
  );
  signal.throwIfAborted();
  if (solved.status !== 'completed') {
    throw new FieldsmithError(`solve: the end was not reached: ${solved.reason}; nothing was written`);
  }
  const { times, frames } = solved;
  const seconds = (performance.now() - started) / 1000;
  if (out !== undefined) {
    const units = { temperature: '°C' };
    await writeSeries(
      out,
      frames.map((temperature, i) => ({
        time: times[i],
        mesh,
        cellData: { temperature },
        vtu: { units },
      })),
    );
  }
  const { depth, perMetre } = depthOf(section, mesh);
  const course = frames.map((field, i) => ({ time: times[i], ...temperaturesOf(mesh, field) }));
  const hottest = course.reduce((best, each) => (each.highest.value > best.highest.value ? each : best));
  return {
    kind: 'transient',
    cells: mesh.cellCount,
    course,
    peak: { time: hottest.time, ...hottest.highest },
    heat: {
      unit: perMetre ? 'J/m' : 'J',
      stored: solved.heat.stored * depth,
      supplied: solved.heat.supplied * depth,
      relativeImbalance: solved.heat.relativeImbalance,
    },
    steps: solved.steps,
    rejectedSteps: solved.rejectedSteps,
    iterations: solved.iterations,
    seconds,
    ...(out !== undefined && { file: out }),
  };
}
