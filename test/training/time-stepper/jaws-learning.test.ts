import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../../common/random.js';
import type { Trajectories } from '../../../datasets/index.js';
import type { StepperMethodOptions } from '../../../operators/index.js';
import { burgersSpectral, jacobianRowNorms } from '../../../solvers/index.js';
import {
  batchOfFrames,
  evaluateStepper,
  exportStepper,
  type JacobianZones,
  jacobianField,
  jacobianZones,
  openStepper,
  type StepperEvaluation,
  trainStepper,
} from '../../../training/index.js';
import { smallBurgers, smallOperator } from './small-burgers.js';

/** Bounds have room for the four seeds that they were set with; measured values stand in brackets. */
const STEPS = 1500;

interface Judged {
  readonly evaluation: StepperEvaluation;
  readonly zones: JacobianZones;
}

describe('what the Jacobian penalty does to a stepper of Burgers’ equation', () => {
  let folder: string;
  let [one, global, jaws, truth]: Judged[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'jaws-'));
    const train = await smallBurgers();
    const test = await smallBurgers({ seed: 2, trajectories: 8 });
    const states = batchOfFrames(test, 10);
    const judge = async (name: string, method: StepperMethodOptions): Promise<Judged> => {
      const trained = await trainStepper(smallOperator(), train, {
        method,
        conservative: true,
        learningRate: 1e-2,
        steps: STEPS,
        checkpointEvery: STEPS,
        threads: 1,
        out: join(folder, name),
      });
      await using model = await openStepper(await exportStepper(trained), { threads: 1 });
      const field = await jacobianField(trained, states, { threads: 1 });
      return {
        evaluation: await evaluateStepper(model, test, { spectrumFrame: 40 }),
        zones: jacobianZones(field, states),
      };
    };
    truth = await solverFigures(test);
    one = await judge('one', {});
    global = await judge('global', { jacobian: { tolerance: 'uniform', weight: 5e-2 } });
    jaws = await judge('jaws', { jacobian: { weight: 2e-2 } });
  }, 240_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('removes noise above the kept wavenumbers that one-step training leaves', () => {
    // [−2.8, −2.8, −2.8, −3.7]
    expect(global.evaluation.bands.high).toBeLessThan(one.evaluation.bands.high - 1.5);
  });

  it('makes the stepper forget noise as fast as the solver does', () => {
    const [solver, penalised, plain] = [truth, global, one].map(({ evaluation }) => evaluation.noiseGain[5]);
    // solver 0.325: [0.32, 0.32, 0.32, 0.32] and [0.76, 0.76, 0.65, 0.93]
    expect(penalised).toBeLessThan(1.25 * solver);
    expect(penalised).toBeGreaterThan(0.8 * solver);
    expect(plain).toBeGreaterThan(1.7 * solver);
    // [0.69, 0.64, 0.34]
    expect(global.evaluation.noisyStart).toBeLessThan(0.85 * one.evaluation.noisyStart);
  });

  it('brings the Jacobian’s rows to the size of the solver’s in smooth parts', () => {
    // solver 0.218: [0.20, 0.19, 0.19] and [0.87, 0.82, 0.95]
    expect(global.zones.smooth / truth.zones.smooth).toBeGreaterThan(0.7);
    expect(global.zones.smooth / truth.zones.smooth).toBeLessThan(1.5);
    expect(one.zones.smooth).toBeGreaterThan(3 * truth.zones.smooth);
  });

  it('learns larger tolerances at shocks, without being told where they are', () => {
    const { smooth, shock, correlation } = jaws.zones.tolerance!;
    // [0.55, 0.54, 0.39, 0.45], [0.30, 0.38, 0.26, 0.32] and [1.56, 1.59, 1.33, 1.58]
    expect(shock - smooth).toBeGreaterThan(0.2);
    expect(correlation).toBeGreaterThan(0.15);
    expect(jaws.zones.shock / jaws.zones.smooth).toBeGreaterThan(1.15);
  });
});

async function solverFigures(test: Trajectories): Promise<Judged> {
  const { points, interval, viscosity } = test;
  const solver = burgersSpectral({ points, viscosity: viscosity[0], underResolved: 'allow' });
  const states = batchOfFrames(test, 10);
  const random = createRandom(0);
  const norms = jacobianRowNorms(solver, states.data as Float32Array, { interval, probes: 16, random });
  const model = {
    step: async (state: typeof states) => ({
      shape: state.shape,
      data: Float32Array.from(solver.step(state.data as Float32Array, interval)),
    }),
  };
  return {
    evaluation: await evaluateStepper(model, test, { spectrumFrame: 40 }),
    zones: jacobianZones({ rowNorms: Float32Array.from(norms) }, states),
  };
}
