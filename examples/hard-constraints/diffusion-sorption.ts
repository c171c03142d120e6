import { join } from 'node:path';
import { diffusionSorption, frameOf, type Trajectories } from 'fieldsmith/datasets';
import { type ConstraintFamily, diffusionSorptionConstraint, fno } from 'fieldsmith/operators';
import { diffusionSorptionFiniteVolumes } from 'fieldsmith/solvers';
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

export interface DiffusionSorptionExperimentOptions extends ConstraintExperimentOptions {
  /** Rows of the residual, see `diffusionSorptionConstraint` */
  form?: 'paper' | 'balances';
  /** Counts rows of the initial state once a frame, as the released code does for one expert: `every-frame` */
  initialRows?: 'once' | 'every-frame';
  /** `yes` trains on t ≤ 400 s and tests on t > 400 s */
  extrapolate?: 'yes' | 'no';
  trainingSamples?: number;
  /** Cells of the reference */
  referenceCells?: number;
}

const CELLS = 128;
const FRAMES = 51;
const TRAINED_FRAMES = 41;
const BASIS = 16;

/**
 * PI-HC-MoE's comparison at reduced size: 128 cells × 51 frames, FNO over (t, x) of width 16 with 8 × 8 modes, 16 basis fields; soft
 * constraint, one expert on 20 % of the points, four on 77 %, and four coupled ones. Each method gets the same processor time.
 */
export async function run(options: DiffusionSorptionExperimentOptions = {}): Promise<ConstraintRow[]> {
  const { form = 'paper', initialRows = 'once', extrapolate = 'no', trainingSamples = 200 } = options;
  const { out = 'runs/hard-constraints', samples = 50, signal, progress } = options;
  const { referenceCells = 1024 } = options;
  const generate = { cache: join(out, 'data'), workers: 1, signal, progress, referenceCells };
  const train = await diffusionSorption('train', { ...generate, trajectories: trainingSamples, frames: 1 });
  const test = await diffusionSorption('test', { ...generate, trajectories: samples });
  const residual = { cells: CELLS, frames: FRAMES, interval: 10, form, initialRows };
  const asked = diffusionSorptionConstraint(residual);
  const trained =
    extrapolate === 'yes'
      ? diffusionSorptionConstraint({ ...residual, constrainedFrames: TRAINED_FRAMES })
      : asked;
  const from = extrapolate === 'yes' ? TRAINED_FRAMES * CELLS : 0;
  const variant = [
    form,
    ...(initialRows === 'every-frame' ? ['initial rows every frame'] : []),
    ...(extrapolate === 'yes' ? ['trained to 400 s'] : []),
  ].join(', ');
  const quarter = CELLS / 4;
  const rows = [];
  if (options.only === undefined || options.only === 'solver') {
    rows.push(...solverRow(options, asked, test, from, variant));
  }
  return rows.concat(
    await constraintExperiment(
      {
        problem: 'diffusion-sorption',
        variant,
        command: [
          'hard-constraints/diffusion-sorption',
          `--form ${form}`,
          ...(initialRows === 'once' ? [] : [`--initial-rows ${initialRows}`]),
          ...(extrapolate === 'yes' ? ['--extrapolate yes'] : []),
        ].join(' '),
        trained,
        asked,
        network: (outputs) =>
          fno({ dimensions: 2, inputs: 3, outputs, width: 16, layers: 4, modes: 8, headWidth: 64 }),
        basis: BASIS,
        solve: (method) =>
          solveOf(method, {
            points: CELLS * FRAMES,
            share: { one: 0.2, four: 0.77 },
            blocks: [1, 4],
            overlap: 0.5,
            common: {
              start: form === 'paper' ? 1 : 0,
              ridge: { norm: 'coefficients', weight: 1e-8 },
              onFailure: 'continue',
            },
          }),
        train: Array.from({ length: train.trajectories }, (_, i) => sampleOf(train, i)),
        test: Array.from({ length: test.trajectories }, (_, i) => ({
          sample: sampleOf(test, i),
          reference: referenceOf(test, i),
        })),
        from,
        interfaces: Array.from({ length: FRAMES * 3 }, (_, at) => {
          const point = Math.floor(at / 3) * CELLS + ((at % 3) + 1) * quarter;
          return [point - 1, point] as const;
        }),
        batchSize: 6,
        learningRate: 2e-3,
      },
      options,
    ),
  );
}

const sampleOf = (data: Trajectories, trajectory: number) => ({
  initial: Float64Array.from(frameOf(data, trajectory, 0)),
});

const referenceOf = ({ values, frames, points: [cells] }: Trajectories, trajectory: number) =>
  values.subarray(trajectory * frames * cells, (trajectory + 1) * frames * cells);

/** The solver on the grid of the network, with ends of second order: what a perfect surrogate competes with. */
function solverRow(
  { results = 'docs/results/hard-constraints.json' }: DiffusionSorptionExperimentOptions,
  asked: ConstraintFamily<SpaceTimeSample>,
  test: Trajectories,
  from: number,
  variant: string,
): ConstraintRow[] {
  const key = { problem: 'diffusion-sorption', method: 'solver', variant, budget: 0, seed: 0 } as const;
  if (hasRow(results, key)) return [];
  const solver = diffusionSorptionFiniteVolumes({ cells: CELLS, ends: 'face', tolerance: 1e-4 });
  const started = process.cpuUsage();
  const fields = Array.from(
    { length: test.trajectories },
    (_, i) => solver.rollout(sampleOf(test, i).initial, { frames: FRAMES, interval: 10 }).values,
  );
  const { user, system } = process.cpuUsage(started);
  const row: ConstraintRow = {
    ...key,
    ...spread(fields.map((field, i) => relativeL2(field, referenceOf(test, i), from))),
    residual: meanResidual(
      asked,
      fields.map((field, i) => ({ sample: sampleOf(test, i), field })),
    ),
    processorSecondsPerAnswer: (user + system) / 1e6 / test.trajectories,
    minutes: 0,
    processorMinutes: 0,
    steps: 0,
    command: 'node scripts/run-example.mjs hard-constraints/diffusion-sorption',
    hardware: describeHardware(),
  };
  writeConstraintRow(results, row);
  return [row];
}
