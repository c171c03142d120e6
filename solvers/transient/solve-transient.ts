import { silentProgress } from '../../common/progress.js';
import { frameRecorder } from './frame-recorder.js';
import { type ImplicitMethod, METHODS } from './runge-kutta.js';
import { type Stage, type StageSolver, stageSolver } from './stage-solver.js';
import { type TransientOptions, transientSettings } from './transient-options.js';
import { heatCapacities, initialField, type TransientProblem } from './transient-problem.js';

export interface TransientStep {
  /** s, its end */
  readonly time: number;
  readonly timeStep: number;
  /** Estimated, K; null where the method has no estimate */
  readonly error: number | null;
  /** Conjugate gradient iterations of its stages */
  readonly iterations: number;
}

/** Heat from the start on, J (2D: J/m). */
export interface TransientHeat {
  /** Change of Σ C V u */
  readonly stored: number;
  /** What boundary, sources and reaction have given, from the fluxes at the stages */
  readonly supplied: number;
  /** |stored − supplied| over the sum of the magnitudes of what was supplied */
  readonly relativeImbalance: number;
}

export interface TransientSolution {
  /** s; those of `frames` */
  readonly times: readonly number[];
  /** `[time][cell]`, K */
  readonly frames: readonly Float64Array[];
  readonly steps: readonly TransientStep[];
  /** Steps given up because their error was too large or a stage did not converge */
  readonly rejectedSteps: number;
  readonly heat: TransientHeat;
  /** `not-converged`: a stage does not converge at any step length; frames before are kept */
  readonly status: 'completed' | 'aborted' | 'maximum-steps' | 'not-converged';
  readonly reason: string;
}

const SAFETY = 0.9;
const LARGEST_GROWTH = 5;
const SMALLEST_GROWTH = 0.2;
/** Growth that is not worth a new matrix. */
const WORTH_CHANGING = 1.2;
/** Steps shorter than this part of the whole time are given up; the first instants of a sudden change need very short ones. */
const SHORTEST = 1e-18;

/**
 * Solves C ∂u/∂t − ∇·(κ∇u) + c u = q in time: finite volumes as in `solve`, implicit stages (TR-BDF2 with error control by
 * default, order 2 in time), conjugate gradients in each, Newton's method where κ depends on the temperature. Fields at
 * `times` are interpolated with a parabola through the stages, of the order of the method.
 *
 * Every stage conserves heat to round-off (with κ(u): to its tolerance), which `heat` shows.
 *
 * @throws InvalidInputError on bad data or options, and what `assembleOperator` throws
 */
export async function solveTransient(
  problem: TransientProblem,
  options: TransientOptions,
): Promise<TransientSolution> {
  const settings = transientSettings(options);
  const { start, end, maximumSteps, signal, progress = silentProgress } = settings;
  const method: ImplicitMethod = METHODS[settings.method];
  const capacities = heatCapacities(problem);
  const u0 = initialField(problem);
  const stages = stageSolver(problem, capacities, settings);
  const mass = capacities.map((capacity, cell) => capacity * problem.mesh.cellVolumes[cell]);
  const frames = frameRecorder(settings);
  const steps: TransientStep[] = [];
  let rejectedSteps = 0;
  let supplied = 0;
  let magnitude = 0;
  const equalSteps = settings.timeStep && Math.ceil((end - start) / settings.timeStep - 1e-9);
  let timeStep = equalSteps
    ? (end - start) / equalSteps
    : Math.min(settings.firstTimeStep ?? 1e-4 * (end - start), end - start);
  let first: Stage | undefined = method.firstStageExplicit
    ? stages.explicit(start, method.diagonal * timeStep, u0)
    : undefined;
  let u = u0;
  let time = start;
  let span = spanOf(u0);
  frames.start(u0);

  const result = (status: TransientSolution['status'], reason: string): TransientSolution => {
    const stored = u.reduce((sum, value, cell) => sum + mass[cell] * (value - u0[cell]), 0);
    const imbalance = Math.abs(stored - supplied);
    return {
      times: frames.times,
      frames: frames.fields,
      steps,
      rejectedSteps,
      heat: { stored, supplied, relativeImbalance: imbalance === 0 ? 0 : imbalance / magnitude },
      status,
      reason,
    };
  };

  while (time < end) {
    if (signal?.aborted) return result('aborted', `the signal was aborted at ${time} s`);
    if (steps.length >= maximumSteps) {
      return result('maximum-steps', `${maximumSteps} steps reached ${time} s of ${end} s`);
    }
    const last = equalSteps ? steps.length === equalSteps - 1 : time + timeStep >= end * (1 - 1e-12);
    const length = last && !equalSteps ? end - time : timeStep;
    const taken = await takeStep(method, stages, time, length, u, first);
    if (signal?.aborted) return result('aborted', `the signal was aborted at ${time} s`);
    const candidate = taken.stages[taken.stages.length - 1];
    const failed = taken.stages.find(({ status }) => status !== 'converged' && status !== 'stagnated');
    if (failed) {
      rejectedSteps++;
      timeStep = length / 4;
      if (equalSteps || timeStep < SHORTEST * (end - start)) {
        return result('not-converged', `at ${time} s, step ${length} s: ${failed.reason}`);
      }
      continue;
    }
    const newSpan = merged(span, spanOf(candidate.u));
    let error: number | null = null;
    if (method.errorWeights && !equalSteps) {
      error = estimate(method, stages, taken.stages, length, problem.mesh.cellVolumes);
      const tolerance = settings.tolerance ?? defaultTolerance(newSpan);
      const ratio = error === 0 ? 0 : error / tolerance;
      const growth = Math.min(
        LARGEST_GROWTH,
        Math.max(SMALLEST_GROWTH, SAFETY * ratio ** (-1 / (method.order + 1))),
      );
      if (ratio > 1) {
        rejectedSteps++;
        timeStep = length * growth;
        if (timeStep < SHORTEST * (end - start)) {
          return result(
            'not-converged',
            `at ${time} s the error estimate stays above ${tolerance} K at any step`,
          );
        }
        continue;
      }
      if (growth < 1 || growth >= WORTH_CHANGING) timeStep = length * growth;
      else timeStep = Math.max(length, last ? timeStep : length);
    }
    taken.stages.forEach(({ heatRate, heatMagnitude }, i) => {
      supplied += length * method.weights[i] * heatRate;
      magnitude += length * Math.abs(method.weights[i]) * heatMagnitude;
    });
    const iterations = taken.stages.reduce((sum, stage) => sum + stage.iterations, 0);
    const from = time;
    time = last ? end : equalSteps ? start + (steps.length + 1) * timeStep : time + length;
    steps.push({ time, timeStep: length, error, iterations });
    frames.step(from, time, method, u, taken.stages);
    u = candidate.u;
    span = newSpan;
    if (method.firstStageExplicit) first = { ...candidate, iterations: 0 };
    progress.update('transient', Math.round(1000 * ((time - start) / (end - start))), 1000, {
      time: Number(time.toPrecision(4)),
      timeStep: Number(length.toPrecision(3)),
    });
  }
  return result('completed', `${steps.length} steps`);
}

async function takeStep(
  method: ImplicitMethod,
  stages: StageSolver,
  time: number,
  length: number,
  u: Float64Array,
  first: Stage | undefined,
): Promise<{ stages: Stage[] }> {
  const done: Stage[] = first ? [first] : [];
  const h = method.diagonal * length;
  for (let i = done.length; i < method.nodes.length; i++) {
    const known = u.slice();
    method.couplings[i].forEach((coupling, j) => {
      for (let cell = 0; cell < known.length; cell++) known[cell] += length * coupling * done[j].rate[cell];
    });
    const start = done.length > 0 && i > 0 ? done[i - 1].u : u;
    const stage = await stages.solve(time + method.nodes[i] * length, h, known, start);
    done.push(stage);
    if (stage.status !== 'converged' && stage.status !== 'stagnated') break;
  }
  return { stages: done };
}

/** Root of the volume mean of the squared error estimate. */
function estimate(
  method: ImplicitMethod,
  solver: StageSolver,
  stages: readonly Stage[],
  length: number,
  volumes: Float64Array,
): number {
  const raw = new Float64Array(volumes.length);
  stages.forEach(({ rate }, i) => {
    const weight = length * method.errorWeights![i];
    for (let cell = 0; cell < raw.length; cell++) raw[cell] += weight * rate[cell];
  });
  const smoothed = solver.smooth(raw, method.diagonal * length);
  let squared = 0;
  let volume = 0;
  for (let cell = 0; cell < raw.length; cell++) {
    squared += volumes[cell] * smoothed[cell] ** 2;
    volume += volumes[cell];
  }
  return Math.sqrt(squared / volume);
}

type Span = readonly [number, number];

/** Share of the temperatures below which a span of them is rounding, as where nothing has happened yet. */
const ROUNDING = 1e-8;

const defaultTolerance = ([least, most]: Span) =>
  Math.max(1e-3 * (most - least), ROUNDING * Math.max(Math.abs(least), Math.abs(most)));

function spanOf(u: Float64Array): Span {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of u) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}

const merged = (a: Span, b: Span): Span => [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
