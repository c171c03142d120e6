import { expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import { cornerRemovedSquare, generateMesh } from '../../geometry/index.js';
import { type FieldLoss, pcgSteps, residualLoss, ritzEnergy } from '../../operators/index.js';
import { conjugateGradient, incompleteCholesky } from '../../solvers/index.js';
import { dot, operatorOf, sampleOf } from './poisson-samples.js';

/** Mean cosine between −∂L/∂û and the error u − û, over predictions whose errors are smooth. */
const mesh = generateMesh(cornerRemovedSquare({ corners: 4, seed: 3 }), { cellSize: 0.32 });
const operator = operatorOf(mesh, 'mixed');
const sample = sampleOf(operator, 4, 5);
const solutions = sample.rightHandSides.map(
  (load) =>
    conjugateGradient(operator.matrix, load, {
      preconditioner: incompleteCholesky(operator.matrix),
      relativeTolerance: 1e-12,
    }).solution,
);
const random = createRandom(8);
const errors = solutions.map((solution) => {
  const waves = Array.from({ length: 5 }, () => [
    random.normal(),
    ...Array.from({ length: 3 }, () => random.uniform(0, 4)),
  ]);
  const size = Math.sqrt(dot(solution, solution) / solution.length);
  return solution.map((_, cell) => {
    const [x, y] = [mesh.cellCentroids[2 * cell], mesh.cellCentroids[2 * cell + 1]];
    return 0.1 * size * waves.reduce((sum, [a, p, q, phase]) => sum + a * Math.sin(p * x + q * y + phase), 0);
  });
});
const fields = solutions.map((solution, s) => solution.map((value, cell) => value - errors[s][cell]));

const cosine = (loss: FieldLoss) => {
  const [cotangents] = loss.evaluate([sample], [fields]).cotangents;
  const cosines = errors.map(
    (error, s) =>
      -dot(cotangents[s], error) / Math.sqrt(dot(cotangents[s], cotangents[s]) * dot(error, error)),
  );
  return cosines.reduce((sum, value) => sum + value, 0) / cosines.length;
};

test('holding the target constant points at the error better than following the steps, most so at small K', () => {
  const pairs = [1, 5, 10].map((steps) =>
    [true, false].map((stopGradient) => cosine(pcgSteps({ steps, stopGradient }))),
  );
  for (const [held, followed] of pairs) expect(held).toBeGreaterThan(followed);
  expect(pairs[0][0] - pairs[0][1]).toBeGreaterThan(0.1);
  // and both better the more steps there are
  expect(pairs[0][0]).toBeLessThan(pairs[1][0]);
  expect(pairs[1][0]).toBeLessThan(pairs[2][0]);
});

test('the residual points at the error worse than K steps do, and AMG needs fewer steps than Jacobi', () => {
  for (const other of [residualLoss(), ritzEnergy()]) {
    expect(cosine(other)).toBeLessThan(cosine(pcgSteps({ steps: 5 })));
  }
  expect(cosine(pcgSteps({ steps: 3, preconditioner: 'amg' }))).toBeGreaterThan(
    cosine(pcgSteps({ steps: 10 })),
  );
});
