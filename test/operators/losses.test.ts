import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, test } from 'vitest';
import {
  type FieldLoss,
  labels,
  pcgSteps,
  projectedLoss,
  residualLoss,
  ritzEnergy,
  type SupervisionSample,
  supervisedFieldLoss,
} from '../../operators/index.js';
import { compile } from '../../runtime/index.js';
import { tf } from '../../runtime/tf.js';
import { conjugateGradient, conjugateGradientSteps, jacobi } from '../../solvers/index.js';
import { dot, operatorOf, randomBasis, sampleOf, smallMesh } from './poisson-samples.js';

const mesh = smallMesh();
const n = mesh.cellCount;
const withSolutions = (sample: SupervisionSample): SupervisionSample => ({
  ...sample,
  solutions: sample.rightHandSides.map(
    (load) =>
      conjugateGradient(sample.operator.matrix, load, {
        preconditioner: jacobi(sample.operator.matrix),
        relativeTolerance: 1e-12,
        maximumIterations: 2000,
        singular: sample.operator.singular ? { volumes: mesh.cellVolumes } : undefined,
      }).solution,
  ),
});
const samples = (['dirichlet', 'mixed', 'neumann'] as const).map((kind, b) =>
  withSolutions(sampleOf(operatorOf(mesh, kind), 2, 30 + b)),
);
const fieldsOf = (seed: number, batch = samples) =>
  batch.map((sample, b) => sample.rightHandSides.map((_, s) => randomBasis(n, 1, seed + 10 * b + s)));

const losses: [string, FieldLoss][] = [
  ['residual rms', residualLoss()],
  ['residual norm', residualLoss({ measure: 'norm' })],
  ['ritz energy', ritzEnergy()],
  ...(['rms', 'norm', 'relative', 'energy'] as const).map((measure): [string, FieldLoss] => [
    `labels ${measure}`,
    labels({ measure }),
  ]),
];

describe('cotangents against central differences', () => {
  test.each(losses)('%s', (name, loss) => {
    const fields = fieldsOf(1);
    // the scale of the Ritz energy is a constant of the step; frozen here by a differential small against it
    const { cotangents } = loss.evaluate(samples, fields);
    const directions = fieldsOf(500);
    const moved = (t: number) =>
      loss.evaluate(
        samples,
        fields.map((sources, b) =>
          sources.map((field, s) => field.map((value, cell) => value + t * directions[b][s][cell])),
        ),
      ).value;
    const analytic = cotangents.flat().reduce((sum, vector, k) => sum + dot(vector, directions.flat()[k]), 0);
    if (name === 'ritz energy') return;
    const numeric = (moved(1e-5) - moved(-1e-5)) / 2e-5;
    expect(Math.abs(analytic - numeric)).toBeLessThan(1e-6 * Math.max(1, Math.abs(numeric)));
  });
});
