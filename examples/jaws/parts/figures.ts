import type { Trajectories } from 'fieldsmith/datasets';
import { createRandom } from 'fieldsmith/runtime';
import { burgersSpectral, jacobianRowNorms } from 'fieldsmith/solvers';
import {
  batchOfFrames,
  evaluateStepper,
  exportStepper,
  type JacobianZones,
  jacobianField,
  jacobianZones,
  openStepper,
  type StateStepper,
  type TrainedStepper,
} from 'fieldsmith/training';

/** One line of the table. */
export interface JawsRow {
  readonly method: string;
  readonly seed: number;
  readonly viscosity: number;
  /** Noise on the training data over the states' standard deviation, where there was any */
  readonly dataNoise?: number;
  /** Where the runs were given time instead of a number of steps */
  readonly processorSeconds?: number;
  readonly trainingSteps: number;
  readonly horizon: number;
  readonly rolloutRelativeL2: Readonly<Record<'1' | '10' | '50' | '200', number>>;
  readonly ood: Readonly<Record<'10' | '50' | '200', number>>;
  readonly blowUpRate: { readonly test: number; readonly ood: number };
  readonly shockStrength: { readonly test: number; readonly ood: number };
  readonly shockZoneError: number;
  readonly smoothZoneError: number;
  readonly hfDecades: number;
  readonly noiseGain: Readonly<Record<'1' | '5' | '20', number>>;
  readonly noisyStart: number;
  readonly defect: number;
  readonly massDrift: number;
  readonly energyResidual: number;
  readonly jacobian: JacobianZones;
  readonly peakMemoryMB: number | null;
  /** Wall and processor time of a training step, medians */
  readonly msPerStep: number | null;
  readonly processorMsPerStep: number | null;
}

export interface TestSets {
  readonly test: Trajectories;
  readonly ood: Trajectories;
}

/** Frame whose states the Jacobian is looked at, t = 0.2: shocks stand and nothing has decayed yet. */
const JACOBIAN_FRAME = 10;

type Cost = Pick<JawsRow, 'peakMemoryMB' | 'msPerStep' | 'processorMsPerStep' | 'trainingSteps'>;

/** Figures of a trained stepper, from its exported ONNX file. */
export async function rowOf(
  name: string,
  seed: number,
  trained: TrainedStepper,
  sets: TestSets,
): Promise<JawsRow> {
  const model = await openStepper(await exportStepper(trained), { threads: 1 });
  try {
    const states = batchOfFrames(sets.test, JACOBIAN_FRAME);
    const field = await jacobianField(trained, states, { threads: 1 });
    const { history } = trained;
    const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];
    return await judged(name, seed, model, jacobianZones(field, states), sets, {
      trainingSteps: history.length,
      peakMemoryMB: trained.peakTensorBytes / 1e6,
      msPerStep: 1e3 * median(history.map(({ seconds }) => seconds)),
      processorMsPerStep: 1e3 * median(history.map(({ processorSeconds }) => processorSeconds)),
    });
  } finally {
    await model.dispose();
  }
}

/** The same figures of the pseudo-spectral solver on the grid of the data: what a perfect model would show. */
export async function solverRow(sets: TestSets): Promise<JawsRow> {
  const { points, length, interval, viscosity } = sets.test;
  const solver = burgersSpectral({ points, length, viscosity: viscosity[0], underResolved: 'allow' });
  const model: StateStepper = {
    step: async (state) => ({
      shape: state.shape,
      data: Float32Array.from(solver.step(state.data as Float32Array, interval)),
    }),
  };
  const states = batchOfFrames(sets.test, JACOBIAN_FRAME);
  const norms = jacobianRowNorms(solver, states.data as Float32Array, {
    interval,
    probes: 16,
    random: createRandom(0),
  });
  const zones = jacobianZones({ rowNorms: Float32Array.from(norms) }, states);
  return judged('solver', 0, model, zones, sets, {
    trainingSteps: 0,
    peakMemoryMB: null,
    msPerStep: null,
    processorMsPerStep: null,
  });
}

async function judged(
  method: string,
  seed: number,
  model: StateStepper,
  jacobian: JacobianZones,
  { test, ood }: TestSets,
  cost: Cost,
): Promise<JawsRow> {
  const [inside, outside] = [await evaluateStepper(model, test), await evaluateStepper(model, ood)];
  const at = (errors: Float64Array, frame: number) => errors[Math.min(frame, errors.length - 1)];
  const { median } = inside.errors;
  const other = outside.errors.median;
  return {
    method,
    seed,
    viscosity: test.viscosity[0],
    ...cost,
    horizon: inside.horizon,
    rolloutRelativeL2: { 1: at(median, 1), 10: at(median, 10), 50: at(median, 50), 200: at(median, 200) },
    ood: { 10: at(other, 10), 50: at(other, 50), 200: at(other, 200) },
    blowUpRate: { test: inside.blowUpRate, ood: outside.blowUpRate },
    shockStrength: { test: inside.shocks.strength, ood: outside.shocks.strength },
    shockZoneError: inside.shocks.shockZoneError,
    smoothZoneError: inside.shocks.smoothZoneError,
    hfDecades: inside.bands.high,
    noiseGain: { 1: inside.noiseGain[1], 5: inside.noiseGain[5], 20: inside.noiseGain[20] },
    noisyStart: inside.noisyStart,
    defect: inside.defect,
    massDrift: inside.balances.massDrift,
    energyResidual: inside.balances.energyResidual,
    jacobian,
  };
}
