import { FieldsmithError } from '../../common/errors.js';
import { writeSeries } from '../../geometry/files/index.js';
import type { Mesh } from '../../geometry/index.js';
import { solveTransient, type TransientHeat } from '../../solvers/index.js';
import { buildTransient } from '../problem/build-transient.js';
import type { HeatSection, ThermalSection } from '../problem/thermal-schema.js';
import type { WorkWatch } from '../run-work.js';
import { type Temperatures, temperaturesOf } from './extremes.js';
import type { SolveRequest } from './run-solve.js';

/** What `fieldsmith solve --json` prints of heat in time. */
export interface TransientResult {
  readonly kind: 'transient';
  readonly cells: number;
  /** Of the fields kept */
  readonly course: readonly ({ readonly time: number } & Temperatures)[];
  /** The hottest cell of all fields kept */
  readonly peak: { readonly time: number; readonly value: number; readonly at: readonly number[] };
  readonly heat: TransientHeat;
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
  const { problem, options } = buildTransient(section, mesh, heat);
  const solved = await solveTransient(problem, {
    ...options,
    relativeTolerance: tolerance,
    signal,
    progress,
  });
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
  const course = frames.map((field, i) => ({ time: times[i], ...temperaturesOf(mesh, field) }));
  const hottest = course.reduce((best, each) => (each.highest.value > best.highest.value ? each : best));
  return {
    kind: 'transient',
    cells: mesh.cellCount,
    course,
    peak: { time: hottest.time, ...hottest.highest },
    heat: solved.heat,
    steps: solved.steps.length,
    rejectedSteps: solved.rejectedSteps,
    iterations: solved.steps.reduce((sum, step) => sum + step.iterations, 0),
    seconds,
    ...(out !== undefined && { file: out }),
  };
}
