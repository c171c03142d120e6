import type { Trajectories } from 'fieldsmith/datasets';
import { sheddingFrequency } from 'fieldsmith/solvers';
import {
  fluctuationErrors,
  kineticEnergy,
  phaseErrors,
  relativeDivergence,
  vorticity,
} from 'fieldsmith/training';
import type { WakeScaling } from './wake-cases.js';
import { velocityOf, type WakeStates } from './wake-states.js';

/** One line of the table: what a roll-out of 200 steps shows against the solver's flow, from several starting moments. */
export interface WakeRow {
  readonly method: string;
  readonly seed: number;
  readonly trainingSteps: number;
  /** Minutes that were allowed, 0 where steps were given, and that were taken */
  readonly budget: number;
  readonly minutes: number;
  /** What the stepper's answers are multiplied by, null for forecasts without one */
  readonly scaling: WakeScaling | null;
  readonly peakMemoryMB: number | null;
  readonly processorMsPerStep: number | null;
  readonly steps: number;
  readonly starts: number;
  /** Starts from which some error passes 2, twice that of losing the flow, or some value is no number */
  readonly blowUps: number;
  /** Of the probe's signal, median over the starts; null where it does not oscillate */
  readonly strouhal: number | null;
  readonly solverStrouhal: number;
  /** Largest relative deviation over the starts; null where one does not oscillate */
  readonly strouhalError: number | null;
  /** Cycles that the last common crossing is late, median of the sizes */
  readonly phaseError: number | null;
  /** Errors in units of the fluctuation, medians over the starts, by step; and their mean over all steps */
  readonly fieldError: Readonly<Record<string, number>>;
  readonly meanFieldError: number;
  /** Mean over the roll-out, and of the solver's frames */
  readonly divergence: number;
  readonly solverDivergence: number;
  /** Of the first start, every fifth step: kinetic energy, the solver's, error */
  readonly curves: {
    readonly step: readonly number[];
    readonly energy: readonly number[];
    readonly solverEnergy: readonly number[];
    readonly error: readonly number[];
  };
  /** Vorticity of the last frame of the first start, and the solver's, `[y][x]` in steps of `VORTICITY_STEP`, signed bytes in base64 */
  readonly vorticity: string;
  readonly solverVorticity: string;
  /** Where that is: lower left corner, sides, and points along [y, x] */
  readonly window: {
    readonly origin: readonly [x: number, y: number];
    readonly sides: readonly number[];
    readonly points: readonly number[];
  };
}

export type WakeCost = Pick<
  WakeRow,
  'trainingSteps' | 'scaling' | 'budget' | 'minutes' | 'peakMemoryMB' | 'processorMsPerStep' | 'seed'
>;

const NO_COST: WakeCost = {
  seed: 0,
  trainingSteps: 0,
  budget: 0,
  minutes: 0,
  scaling: null,
  peakMemoryMB: null,
  processorMsPerStep: null,
};

export const VORTICITY_STEP = 0.05;
/** The probe behind the cylinder: v at 2 diameters on the axis. */
const PROBE = { x: 2, y: 0 };
const BLOW_UP = 2;

/** @param recording the whole record of the flow that `reference` holds stretches of */
export function wakeRow(
  method: string,
  predicted: Trajectories,
  reference: WakeStates,
  recording: WakeStates,
  origin: readonly [x: number, y: number],
  cost: WakeCost = NO_COST,
): WakeRow {
  const { grid, interval, frames, trajectories } = reference;
  const all = Array.from({ length: trajectories }, (_, k) => k);
  const errors = fluctuationErrors(predicted, reference, recording);
  const signal = (data: Trajectories, k: number) => probeSignal(data, k, grid.spacing, origin);
  const frequencies = all.map((k) => frequencyOf(signal(predicted, k), interval));
  const own = all.map((k) => frequencyOf(signal(reference, k), interval));
  const oscillates = frequencies.every(Number.isFinite);
  const solverStrouhal = frequencyOf(signal(recording, 0), interval);
  const late = all.map((k) => phaseErrors(signal(predicted, k), signal(reference, k), interval).at(-1));
  const at = (frame: number) => median(errors.map((curve) => curve[Math.min(frame, frames - 1)]));
  const last = frames - 1;
  const shown = Array.from({ length: Math.floor(last / 5) + 1 }, (_, k) => 5 * k);
  const energies = (data: Trajectories) =>
    shown.map((frame) => rounded(kineticEnergy(velocityOf(data, 0, frame), grid)));
  return {
    method,
    ...cost,
    steps: last,
    starts: trajectories,
    blowUps: errors.filter((curve) => curve.some((error) => error > BLOW_UP)).length,
    strouhal: oscillates ? median(frequencies) : null,
    solverStrouhal,
    strouhalError: oscillates ? Math.max(...all.map((k) => Math.abs(frequencies[k] / own[k] - 1))) : null,
    phaseError: late.every((value) => value !== undefined)
      ? median(late.map((value) => Math.abs(value as number)))
      : null,
    fieldError: Object.fromEntries([1, 10, 50, 100, last].map((frame) => [frame, at(frame)])),
    meanFieldError: mean(shown.slice(1).map(at)),
    divergence: mean(
      all.flatMap((k) => shown.map((n) => relativeDivergence(velocityOf(predicted, k, n), grid))),
    ),
    solverDivergence: mean(
      all.flatMap((k) => shown.map((n) => relativeDivergence(velocityOf(reference, k, n), grid))),
    ),
    curves: {
      step: shown,
      energy: energies(predicted),
      solverEnergy: energies(reference),
      error: shown.map((frame) => rounded(at(frame))),
    },
    vorticity: coded(vorticity(velocityOf(predicted, 0, last), grid)),
    solverVorticity: coded(vorticity(velocityOf(reference, 0, last), grid)),
    window: { origin, sides: reference.length, points: reference.points },
  };
}

/** v at the probe in every frame, linear between the centres of the four cells around it. */
function probeSignal(
  data: Trajectories,
  trajectory: number,
  spacing: readonly number[],
  origin: readonly [x: number, y: number],
): Float64Array {
  const [rows, columns] = data.points;
  const [y, x] = [(PROBE.y - origin[1]) / spacing[0] - 0.5, (PROBE.x - origin[0]) / spacing[1] - 0.5];
  const [row, column] = [Math.floor(y), Math.floor(x)];
  const [b, a] = [y - row, x - column];
  return Float64Array.from({ length: data.frames }, (_, frame) => {
    const v = velocityOf(data, trajectory, frame).subarray(rows * columns);
    const value = (j: number, i: number) => v[(row + j) * columns + column + i];
    return (
      (1 - b) * ((1 - a) * value(0, 0) + a * value(0, 1)) + b * ((1 - a) * value(1, 0) + a * value(1, 1))
    );
  });
}

function frequencyOf(signal: Float64Array, interval: number): number {
  try {
    return sheddingFrequency(signal, interval);
  } catch {
    return Number.NaN;
  }
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const rounded = (value: number) => Number(value.toPrecision(5));
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

const coded = (field: Float64Array) =>
  Buffer.from(
    Int8Array.from(field, (value) => Math.max(-127, Math.min(127, Math.round(value / VORTICITY_STEP))))
      .buffer,
  ).toString('base64');
