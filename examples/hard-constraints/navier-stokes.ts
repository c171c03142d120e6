import { join } from 'node:path';
import { decayingVorticity, frameOf, type Trajectories } from 'fieldsmith/datasets';
import { type ConstraintFamily, fno, vorticityConstraint } from 'fieldsmith/operators';
import { vorticitySpectral } from 'fieldsmith/solvers';
import { describeHardware, type SpaceTimeSample } from 'fieldsmith/training';
import {
  type ConstraintExperimentOptions,
  constraintExperiment,
  meanResidual,
  relativeL2,
  spread,
} from './parts/experiment.js';
import { solveOf } from './parts/methods.js';
import { type ConstraintRow, hasRow, writeConstraintRow } from './parts/rows.js';

export interface NavierStokesExperimentOptions extends ConstraintExperimentOptions {
  /** `squared` minimises the squares of squared rows, as the released code does */
  rows?: 'plain' | 'squared';
  trainingSamples?: number;
  /** Points along an axis and frames, smaller ones for trials; of the data 64 and 32 */
  points?: number;
  frames?: number;
  viscosity?: number;
  /** Points along an axis of the reference */
  referencePoints?: number;
}

const END = 5;
const BASIS = 16;

/**
 * Plane flow by its vorticity at reduced size: 64² points × 32 frames on 0 ≤ t ≤ 5 at ν = 1e-4, FNO over (t, x, y) of width 16 with 6³ modes,
 * 16 basis fields; soft constraint, one expert on 7.6 % of the points, four on 30.5 % of theirs, and four coupled ones.
 */
export async function run(options: NavierStokesExperimentOptions = {}): Promise<ConstraintRow[]> {
  const { rows = 'plain', trainingSamples = 200, points = 64, frames = 32, viscosity = 1e-4 } = options;
  const { referencePoints = 128 } = options;
  const { out = 'runs/hard-constraints', samples = 20, signal, progress } = options;
  const interval = END / (frames - 1);
  const generate = {
    cache: join(out, 'data'),
    workers: 1,
    signal,
    progress,
    points,
    interval,
    viscosity,
    referencePoints,
  };
  const train = await decayingVorticity('train', { ...generate, trajectories: trainingSamples, frames: 1 });
  const test = await decayingVorticity('test', { ...generate, trajectories: samples, frames });
  const family = vorticityConstraint({ points, frames, interval, viscosity, rows });
  const variant = `${points}² × ${frames}, ν = ${viscosity}${rows === 'squared' ? ', squared rows' : ''}`;
  const size = points * points;
  const half = points / 2;
  const found =
    options.only === undefined || options.only === 'solver' ? solverRow(options, family, test, variant) : [];
  return found.concat(
    await constraintExperiment(
      {
        problem: 'navier-stokes',
        variant,
        command: [
          'hard-constraints/navier-stokes',
          ...(rows === 'plain' ? [] : [`--rows ${rows}`]),
          ...(points === 64 ? [] : [`--points ${points}`]),
          ...(frames === 32 ? [] : [`--frames ${frames}`]),
          ...(viscosity === 1e-4 ? [] : [`--viscosity ${viscosity}`]),
        ].join(' '),
        trained: family,
        asked: family,
        network: (outputs) =>
          fno({
            dimensions: 3,
            inputs: 4,
            outputs,
            width: 16,
            layers: 4,
            modes: Math.min(6, Math.floor(frames / 2), Math.floor(points / 2)),
            headWidth: 64,
            activation: 'all-but-last',
          }),
        basis: BASIS,
        solve: (method) =>
          solveOf(method, {
            points: size * frames,
            share: { one: 0.076, four: 0.305 },
            blocks: [1, 2, 2],
            overlap: 0.5,
            common: { ridge: { norm: 'coefficients', weight: 1e-8 }, onFailure: 'continue' },
          }),
        train: Array.from({ length: train.trajectories }, (_, i) => sampleOf(train, i)),
        test: Array.from({ length: test.trajectories }, (_, i) => ({
          sample: sampleOf(test, i),
          reference: test.values.subarray(i * frames * size, (i + 1) * frames * size),
        })),
        from: 0,
        interfaces: Array.from({ length: frames * points * 2 }, (_, at) => {
          const [frame, line, axis] = [Math.floor(at / (2 * points)), (at >> 1) % points, at % 2];
          const [x, y] = axis === 0 ? [half, line] : [line, half];
          const point = frame * size + x * points + y;
          return [point - (axis === 0 ? points : 1), point] as const;
        }),
        batchSize: 2,
        learningRate: 1e-3,
      },
      options,
    ),
  );
}

const sampleOf = (data: Trajectories, trajectory: number) => ({
  initial: Float64Array.from(frameOf(data, trajectory, 0)),
});

/** The pseudo-spectral solver on the grid of the network, which it may hardly resolve. */
function solverRow(
  { results = 'docs/results/hard-constraints.json' }: NavierStokesExperimentOptions,
  family: ConstraintFamily<SpaceTimeSample>,
  test: Trajectories,
  variant: string,
): ConstraintRow[] {
  const key = { problem: 'navier-stokes', method: 'solver', variant, budget: 0, seed: 0 } as const;
  if (hasRow(results, key)) return [];
  const { points, frames, interval, viscosity, trajectories, values } = test;
  const solver = vorticitySpectral({
    points: points[0],
    viscosity: viscosity[0],
    stepping: { courant: 0.6 },
    underResolved: 'allow',
  });
  const size = points[0] * points[1] * frames;
  const started = process.cpuUsage();
  const fields = Array.from({ length: trajectories }, (_, i) =>
    solver.rollout(sampleOf(test, i).initial, { frames, interval }),
  );
  const { user, system } = process.cpuUsage(started);
  const row: ConstraintRow = {
    ...key,
    ...spread(fields.map((field, i) => relativeL2(field, values.subarray(i * size, (i + 1) * size), 0))),
    residual: meanResidual(
      family,
      fields.map((field, i) => ({ sample: sampleOf(test, i), field })),
    ),
    processorSecondsPerAnswer: (user + system) / 1e6 / trajectories,
    minutes: 0,
    processorMinutes: 0,
    steps: 0,
    command: 'node scripts/run-example.mjs hard-constraints/navier-stokes',
    hardware: describeHardware(),
  };
  writeConstraintRow(results, row);
  return [row];
}
