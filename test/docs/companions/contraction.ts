import { ok } from 'node:assert/strict';
import { burgers1dStandard } from 'fieldsmith/datasets';
import { fno, STEPPER_METHODS } from 'fieldsmith/operators';
import { exportStepper, openStepper, trainStepper } from 'fieldsmith/training';

export { rollout } from 'fieldsmith/training';

export const trained = await trainStepper(
  fno({ inputs: 1, width: 6, layers: 1, modes: 4, headWidth: 8, skip: 'added', local: 'neighbours' }),
  await burgers1dStandard('train', { trajectories: 2, frames: 4, workers: 0 }),
  { method: STEPPER_METHODS['one-step'], steps: 4, batchSize: 2, out: 'runs/stepper' },
);
export const model = await openStepper(await exportStepper(trained));
export const initial = {
  shape: [1, 32, 1],
  data: Float32Array.from({ length: 32 }, (_, i) => Math.sin((2 * Math.PI * i) / 32)),
};

export function check({ contraction }: { contraction: readonly { lower: number; upper: number }[] }) {
  for (const { lower, upper } of contraction) ok(lower <= upper);
}
