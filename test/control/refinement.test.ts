import { describe, expect, test } from 'vitest';
import { controlBoundary } from '../../control/index.js';
import { applyReducedBasis, cosineBasis } from '../../operators/index.js';
import { solve } from '../../solvers/index.js';
import { plate } from './plates.js';
import { wrongSurrogate } from './surrogates.js';

const { problem, controls } = plate(1, 300);
const peak = Math.max(...(await solve(problem)).solution);
const maximum = peak - 3;
const settings = { controls, limit: { maximum }, method: 'surrogate' } as const;

describe('a surrogate that is wrong', () => {
  test.each([
    ['too cold', 0.93, 0],
    ['too hot', 1.05, 0],
    ['wrong in places', 1, 0.5],
    ['blind to a part of the controls', 0.6, 0],
  ])('and %s is repaired by solver-corrected steps', async (_, scale, bump) => {
    const exact = await controlBoundary(problem, { ...settings, method: 'exact' });
    const plan = await controlBoundary(problem, { ...settings, surrogate: wrongSurrogate(scale, bump) });
    expect(exact.verdict).toBe('success');
    expect(plan.verdict).toBe('success');
    expect(plan.refinement.steps).toBeGreaterThan(0);
    expect(plan.cost / exact.cost).toBeGreaterThan(0.9999);
    expect(plan.cost / exact.cost).toBeLessThan(1.02);
  });

  test('is called a mismatch where no such step is allowed, and outside of its range where it says so', async () => {
    const cold = wrongSurrogate(0.93);
    const plan = await controlBoundary(problem, { ...settings, surrogate: cold, refinementSteps: 0 });
    expect(plan.verdict).toBe('surrogate mismatch');
    expect(plan.peak.predicted!).toBeLessThanOrEqual(maximum);
    expect(plan.peak.verified).toBeGreaterThan(maximum);
    const foreign = { ...cold, rangeOf: () => ({ outside: true, reasons: ['it has five holes'] }) };
    const outside = await controlBoundary(problem, { ...settings, surrogate: foreign, refinementSteps: 0 });
    expect(outside.verdict).toBe('outside training range');
    expect(outside.sentence).toContain('five holes');
    const refused = await controlBoundary(problem, { ...settings, surrogate: foreign, outOfRange: 'refuse' });
    expect(refused.verdict).toBe('outside training range');
    expect(refused.peak.verified).toBe(refused.peak.before);
    const tried = await controlBoundary(problem, { ...settings, surrogate: foreign });
    expect(tried.verdict).toBe('success');
  });

  test('cannot make an infeasible problem look feasible', async () => {
    const limit = { maximum: peak - 7 };
    const plan = await controlBoundary(problem, { ...settings, limit, surrogate: wrongSurrogate(0.5) });
    expect(plan.verdict).toBe('infeasible');
    expect(plan.refinement.solverSlopes).toBe(true);
  });
});

describe('a basis', () => {
  const basis = {
    predict: async () => {
      throw new Error('a basis is projected, not asked for a field');
    },
    reduce: async (operator: Parameters<typeof applyReducedBasis>[0]) => {
      const { basis: modes, rank } = cosineBasis(operator.mesh, { rank: 60 });
      return applyReducedBasis(operator, modes, rank);
    },
  };

  test('plans temperatures, with its gradients close to those of the solver', async () => {
    const exact = await controlBoundary(problem, { ...settings, method: 'exact' });
    const plan = await controlBoundary(problem, { ...settings, surrogate: basis });
    expect(plan.verdict).toBe('success');
    expect(plan.cost / exact.cost).toBeLessThan(1.02);
    expect(plan.gradientCosine!).toBeGreaterThan(0.9);
  });

  test('plans heat transfer coefficients in r unknowns, as well as the adjoint of the solver does', async () => {
    const { mesh } = problem;
    const cooled = {
      ...problem,
      boundaryConditions: Object.fromEntries(
        mesh.patches.map(({ name }) => [
          name,
          name.startsWith('hole')
            ? { type: 'robin' as const, coefficient: 0.05, ambient: 0 }
            : { type: 'neumann' as const, flux: 0 },
        ]),
      ),
    };
    const warmest = Math.max(...(await solve(cooled)).solution);
    const goal = {
      controls: [
        {
          patches: 'hole-*',
          quantity: 'coefficient',
          bounds: [0.05, 5],
          shape: { kind: 'pieces', count: 1 },
        },
      ],
      limit: { maximum: 0.3 * warmest },
      starts: 2,
    } as const;
    const adjoint = await controlBoundary(cooled, { ...goal, method: 'adjoint' });
    const reduced = await controlBoundary(cooled, { ...goal, method: 'surrogate', surrogate: basis });
    expect(adjoint.verdict).toBe('success');
    expect(reduced.verdict).toBe('success');
    expect(reduced.cost / adjoint.cost).toBeLessThan(1.02);
    expect(reduced.cost / adjoint.cost).toBeGreaterThan(0.98);
  });
});
