import { expect, test } from 'vitest';
import { InvalidInputError } from '../../common/errors.js';
import {
  labels,
  pcgSteps,
  residualLoss,
  ritzEnergy,
  type SupervisionConfig,
  supervision,
} from '../../operators/index.js';

test.each<[SupervisionConfig, { name: string; options: object }]>([
  [{ name: 'residual' }, residualLoss()],
  [{ name: 'residual', measure: 'volume' }, residualLoss({ measure: 'volume' })],
  [{ name: 'energy' }, ritzEnergy()],
  [{ name: 'labels', measure: 'energy' }, labels({ measure: 'energy' })],
  [{ name: 'pcg-steps' }, pcgSteps({ steps: 40, preconditioner: 'jacobi', measure: 'rms' })],
  [
    { name: 'pcg-steps', preconditioner: 'amg', measure: 'relative' },
    pcgSteps({ steps: 3, preconditioner: 'amg', measure: 'relative' }),
  ],
  [
    { name: 'pcg-steps', preconditioner: 'ic', steps: { from: 2, to: 9 }, stopGradient: false },
    pcgSteps({ steps: { from: 2, to: 9 }, preconditioner: 'incomplete-cholesky', stopGradient: false }),
  ],
  [{ name: 'hybrid' }, pcgSteps({ residualWeight: 0.1, measure: 'rms' })],
  [
    { name: 'hybrid', measure: 'norm', residualWeight: 2, steps: 7 },
    pcgSteps({ steps: 7, residualWeight: 2, measure: 'norm' }),
  ],
])('%o is what the factory makes', (config, made) => {
  const { name, options } = supervision(JSON.parse(JSON.stringify(config)));
  expect({ name, options }).toEqual({ name: made.name, options: made.options });
});

test.each<[unknown, RegExp]>([
  [{ name: 'magic' }, /unknown name 'magic'; known: residual, pcg-steps, hybrid, energy, labels/],
  [{ name: 'energy', measure: 'rms' }, /'energy' takes no other field; got 'measure'/],
  [{ name: 'pcg-steps', preconditioner: 'ilu' }, /preconditioner of 'pcg-steps' must be one of jacobi/],
  [{ name: 'pcg-steps', measure: 'l2' }, /measure of 'pcg-steps' must be one of rms/],
  [{ name: 'pcg-steps', steps: 2.5 }, /positive integer/],
  [{ name: 'pcg-steps', stopGradient: 'no' }, /stopGradient must be true or false/],
  [{ name: 'hybrid', measure: 'energy' }, /measure of 'hybrid' must be one of/],
  [{ name: 'hybrid', residualWeight: -1 }, /residualWeight must be positive/],
])('%o is refused', (config, message) => {
  expect(() => supervision(config as SupervisionConfig)).toThrow(InvalidInputError);
  expect(() => supervision(config as SupervisionConfig)).toThrow(message);
});
