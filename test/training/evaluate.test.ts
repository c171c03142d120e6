import { describe, expect, it } from 'vitest';
import { allDirichlet, allNeumann, poissonTask } from '../../datasets/index.js';
import { multiply } from '../../solvers/index.js';
import { evaluate } from '../../training/evaluate.js';
import { evaluationSamples } from '../../training/evaluation-samples.js';
import { squareGrid } from '../datasets/square-grid.js';

const meshes = [squareGrid(8), squareGrid(9)];
const dirichlet = poissonTask({ meshes, boundary: allDirichlet() });
const neumann = poissonTask({ meshes, boundary: allNeumann() });

describe('evaluationSamples', () => {
  it('walks through the meshes and solves B u = b', () => {
    const samples = evaluationSamples(dirichlet, { category: 'a', count: 4, seed: 3 });
    expect(samples.map(({ operator }) => operator.mesh.cellCount)).toEqual([64, 81, 64, 81]);
    for (const { operator, reference, rightHandSide } of samples) {
      const product = multiply(operator.matrix, reference);
      const scale = Math.hypot(...rightHandSide);
      expect(Math.hypot(...product.map((value, i) => value - rightHandSide[i]))).toBeLessThan(
        1.1e-10 * scale,
      );
    }
  });
});

describe('evaluate', () => {
  it('knows the errors of scaled references, per category and over categories', async () => {
    const samples = [
      ...evaluationSamples(dirichlet, { category: 'two per cent', count: 3, seed: 1 }),
      ...evaluationSamples(dirichlet, { category: 'eight per cent', count: 1, seed: 2 }),
    ];
    const answers = samples.map(({ reference, category }) =>
      reference.map((value) => value * (category === 'two per cent' ? 1.02 : 0.92)),
    );
    let next = 0;
    const { categories, meanRelativeL2 } = await evaluate(() => answers[next++], samples);
    expect(categories['two per cent'].samples).toBe(3);
    expect(categories['two per cent'].meanRelativeL2).toBeCloseTo(0.02, 7);
    expect(categories['two per cent'].medianRelativeL2).toBeCloseTo(0.02, 7);
    expect(categories['eight per cent'].maximumRelativeL2).toBeCloseTo(0.08, 7);
    expect(categories['eight per cent'].meanVolumeWeightedRelativeL2).toBeCloseTo(0.08, 7);
    // B(1 − ε)u − b = −εb
    expect(categories['eight per cent'].meanRelativeResidual).toBeCloseTo(0.08, 7);
    expect(meanRelativeL2).toBeCloseTo(0.05, 7);
  });

  it('does not count a constant against the answer of a pure Neumann problem', async () => {
    const samples = evaluationSamples(neumann, { category: 'a', count: 2, seed: 1 });
    let next = 0;
    const answers = samples.map(({ reference }) => reference.map((value) => 1.03 * value + 50));
    const { categories } = await evaluate(() => answers[next++], samples);
    expect(categories.a.meanRelativeL2).toBeCloseTo(0.03, 7);
  });
});
