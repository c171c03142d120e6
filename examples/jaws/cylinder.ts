import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CYLINDER_WAKE_DEFAULTS, type CylinderWakeOptions, cylinderWake } from 'fieldsmith/datasets';
import { uNet } from 'fieldsmith/operators';
import {
  alignedCycle,
  exportStepper,
  openStepper,
  type Progress,
  rolloutTrajectories,
  trainStepper,
  writeFileAtomically,
} from 'fieldsmith/training';
import { scaledBy, WAKE_CASES, WAKE_SCALINGS, type WakeScaling } from './parts/wake-cases.js';
import { type WakeRow, wakeRow } from './parts/wake-figures.js';
import { stretches, type WakeStates, wakeStates } from './parts/wake-states.js';

export interface JawsCylinderOptions {
  /** Folder of the runs and, unless `data` names another, of the flows; a second call goes on where the first one stopped. */
  out?: string;
  data?: string;
  /** Where the rows go, each as soon as it is known. */
  results?: string;
  /** Processor time of one training, in minutes. */
  budget?: number;
  seeds?: number;
  /** Optimizer steps in place of the budget. */
  steps?: number;
  /** The methods by name, separated by `;`; all of `parts/wake-cases.ts` by default. */
  methods?: string;
  /** The Reynolds number that is forecast, and the largest one of the training. */
  test?: number;
  trainedTo?: number;
  /** Cells of the data along one side of a cell of the stepper. */
  coarsening?: number;
  /** What the stepper's answers are multiplied by. */
  scaling?: WakeScaling;
  /** Channels of the U-Net's finest level, and its levels. */
  width?: number;
  levels?: number;
  batchSize?: number;
  learningRate?: number;
  /** Of the roll-out, and how many moments of the record it starts from. */
  rollout?: number;
  starts?: number;
  wake?: CylinderWakeOptions;
  signal?: AbortSignal;
  progress?: Progress;
}

/**
 * Trains a U-Net as a time step of the flow past a cylinder at several Reynolds numbers and forecasts 200 steps of one that is
 * higher than all of them, beside what knows no step: the cycle of the highest trained one, from the phase of the start, at its
 * own frequency and at the one that a line through the two highest trained ones gives.
 *
 * @returns the rows, which `scripts/jaws-cylinder-results.mjs` turns into docs/results/jaws-cylinder.md
 */
export async function run({
  out = 'runs/jaws-cylinder',
  data = join(out, 'data'),
  results = 'docs/results/jaws-cylinder.json',
  budget = 10,
  seeds = 1,
  steps,
  methods = Object.keys(WAKE_CASES).join(';'),
  test = 400,
  trainedTo = 300,
  coarsening = 2,
  scaling = 'fluid',
  width = 8,
  levels = 4,
  batchSize = 2,
  learningRate = 2e-3,
  rollout = 200,
  starts = 5,
  wake = {},
  signal,
  progress,
}: JawsCylinderOptions = {}): Promise<WakeRow[]> {
  const all = wake.reynolds ?? CYLINDER_WAKE_DEFAULTS.reynolds;
  const trained = all.filter((reynolds) => reynolds <= trainedTo && reynolds < test).sort((a, b) => a - b);
  const load = async (reynolds: readonly number[], activity?: Float32Array) => {
    const flows = await cylinderWake({ workers: 1, cache: data, progress, signal, ...wake, reynolds });
    return {
      states: wakeStates(flows, coarsening, activity),
      strouhal: flows.strouhal,
      origin: flows.window.origin,
    };
  };
  const train = await load(trained);

  const rows: WakeRow[] = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : [];
  const allowed = steps ? 0 : budget;
  const hasCycle = (method: string) => rows.some((row) => row.method === method);
  const has = (method: string, seed: number) =>
    rows.some(
      (row) =>
        row.method === method && row.seed === seed && row.budget === allowed && row.scaling === scaling,
    );
  const add = (row: WakeRow) => {
    rows.push(row);
    writeFileAtomically(results, `${JSON.stringify(rows)}\n`);
    progress?.message(
      JSON.stringify({ ...row, curves: undefined, vorticity: undefined, solverVorticity: undefined }),
    );
  };
  /** What is forecast, with the rows of the forecasts that need no training; trainings do not wait for it. */
  const openTest = async () => {
    const { states: recording, origin } = await load([test], train.states.activity);
    const frames = rollout + 1;
    const reference = stretches(recording, evenly(starts, recording.frames - frames), frames);
    for (const [method, rate] of baselines(trained, train.strouhal, test)) {
      if (hasCycle(method)) continue;
      const predicted = repeatedCycle(train.states, reference, rate);
      add(wakeRow(method, predicted, reference, recording, origin));
    }
    return { recording, origin, reference };
  };
  let opened: ReturnType<typeof openTest> | undefined;
  const operator = scaledBy(
    uNet({ inputs: 5, outputs: 2, width, levels, normalisation: 'none' }),
    WAKE_SCALINGS[scaling],
  );
  for (let seed = 0; seed < seeds; seed++) {
    for (const method of methods.split(';').map((name) => name.trim())) {
      signal?.throwIfAborted();
      if (has(method, seed)) continue;
      const run = await trainStepper(operator, train.states, {
        method: wakeCase(method),
        batchSize,
        learningRate,
        seed,
        threads: 1,
        ...(steps ? { steps } : { processorBudgetSeconds: 60 * budget }),
        out: join(
          out,
          `${test}-${method}-${scaling}-${seed}-${steps ?? `${budget}min`}`.replace(/[ ,]+/g, '-'),
        ),
        resume: true,
        checkpointEvery: 500,
        signal,
        progress,
      });
      if (run.status !== 'completed') return rows;
      const model = await openStepper(await exportStepper(run, { grid: 'trained' }), { threads: 1 });
      try {
        opened ??= openTest();
        const { recording, origin, reference } = await opened;
        const predicted = await rolloutTrajectories(model, reference, { signal });
        const times = run.history.map(({ processorSeconds }) => processorSeconds).sort((a, b) => a - b);
        add(
          wakeRow(method, predicted, reference, recording, origin, {
            seed,
            trainingSteps: run.history.length,
            budget: allowed,
            scaling,
            minutes: times.reduce((sum, seconds) => sum + seconds, 0) / 60,
            peakMemoryMB: run.peakTensorBytes / 1e6,
            processorMsPerStep: 1e3 * times[times.length >> 1],
          }),
        );
      } finally {
        await model.dispose();
      }
    }
  }
  return rows;
}

/** Names of the forecasts without a model, and how fast they play the highest trained cycle. */
function baselines(trained: readonly number[], strouhal: Float64Array, test: number) {
  const last = trained.length - 1;
  const highest = trained[last];
  const repeated: [string, number] = [`cycle of Re ${highest}`, 1];
  if (last < 1) return [repeated];
  const slope = (strouhal[last] - strouhal[last - 1]) / (highest - trained[last - 1]);
  const rate = 1 + (slope * (test - highest)) / strouhal[last];
  return [repeated, [`cycle of Re ${highest}, frequency extrapolated`, rate] as [string, number]];
}

function repeatedCycle(train: WakeStates, reference: WakeStates, rate: number) {
  const record = train.values.length / train.trajectories;
  const highest = {
    ...train,
    trajectories: 1,
    values: train.values.subarray((train.trajectories - 1) * record),
    viscosity: train.viscosity.subarray(train.trajectories - 1),
  };
  return alignedCycle(highest, reference, { frames: reference.frames, rate });
}

function wakeCase(name: string) {
  const method = WAKE_CASES[name];
  if (!method)
    throw new RangeError(`methods: expected some of ${Object.keys(WAKE_CASES).join('; ')}, got ${name}`);
  return method;
}

/** `count` whole numbers from 0 to `last`, evenly. */
const evenly = (count: number, last: number) =>
  Array.from({ length: count }, (_, k) => (count > 1 ? Math.round((k * last) / (count - 1)) : 0));
