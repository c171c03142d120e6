import { describe, expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import { fieldsAt } from '../../control/affine-fields.js';
import { controlContext } from '../../control/control-context.js';
import { controlSpace } from '../../control/control-space.js';
import { controlTask, limitExcess, objectiveOf } from '../../control/control-task.js';
import { type ControlGoal, controlBoundary, controlSession } from '../../control/index.js';
import { solve } from '../../solvers/index.js';
import { plate } from './plates.js';
import { wrongSurrogate } from './surrogates.js';

const { problem, controls } = plate(1);
const peak = Math.max(...(await solve(problem)).solution);
const maximum = peak - 3;
const [side] = controls;
const source = (shift: number) => (position: readonly number[]) =>
  Math.exp(-((position[0] - 3 - shift) ** 2) - (position[1] - 3) ** 2) * 6;
const loadCases = [
  { name: 'left', source: source(-1), probability: 1 },
  { name: 'right', source: source(1), probability: 3 },
];

/** Goals of every kind, all convex. */
const goals: Record<string, ControlGoal> = {
  'least cost below a limit': { limit: { maximum } },
  'least absolute cost below a limit': {
    limit: { maximum },
    objective: [{ kind: 'cost', measure: 'absolute' }],
  },
  'a peak traded for cost': { objective: [{ kind: 'peak' }, { kind: 'cost', weight: 0.05 }] },
  'a smooth peak traded for cost': {
    objective: [
      { kind: 'peak', smoothing: 0.5 },
      { kind: 'cost', weight: 0.05 },
    ],
  },
  'a penalty': { limit: { maximum, form: { penalty: 2 } }, objective: [{ kind: 'cost', weight: 0.1 }] },
  'a mean between two limits': {
    limit: { maximum: peak, minimum: -3 },
    objective: [{ kind: 'mean', region: ([x]) => x < 3 }],
  },
  uniformity: { objective: [{ kind: 'uniformity' }, { kind: 'cost', weight: 1e-3 }] },
  'a target in a region': { objective: [{ kind: 'target', field: 12, region: ([, y]) => y > 3 }] },
  'the worst of two load cases': { loadCases, objective: [{ kind: 'peak' }, { kind: 'cost', weight: 0.1 }] },
  'the worst target of two load cases': {
    loadCases,
    objective: [
      { kind: 'target', field: 3 },
      { kind: 'peak', weight: 0.2 },
    ],
  },
  'the expectation of two load cases': {
    loadCases,
    robust: 'expectation',
    objective: [{ kind: 'peak' }, { kind: 'uniformity' }, { kind: 'cost', weight: 0.1 }],
  },
  'a budget': { limit: { maximum }, budgets: [{ of: 'mean', minimum: -3.2 }] },
};

describe.each(Object.entries(goals))('%s', (_, goal) => {
  test('no admissible neighbour or random point is better, and the adjoint comes to the same', async () => {
    const session = controlSession(problem, { controls });
    const exact = await session.plan(goal, { method: 'exact' });
    expect(exact.verdict).toBe('success');
    const space = controlSpace(problem, controls);
    const context = controlContext(problem, space, {
      relativeTolerance: 1e-10,
      nonOrthogonalCorrection: true,
    });
    const task = controlTask(problem, space, goal);
    const columns = (await context.columns()).map(({ field }) => field);
    const affine = {
      origin: exact.parameters,
      fields: exact.cases.map(({ after }) => after),
      columns: task.cases.map(() => columns),
    };
    const random = createRandom(4);
    const size = Math.abs(exact.objective.verified) + 1e-3;
    for (let trial = 0; trial < 300; trial++) {
      const radius = 10 ** random.uniform(-4, 0);
      const p = exact.parameters.map((value, j) =>
        Math.min(space.high[j], Math.max(space.low[j], value + radius * random.uniform(-5, 5))),
      );
      if (!task.rows.every(({ normal, bound }) => normal.reduce((sum, a, j) => sum + a * p[j], 0) <= bound))
        continue;
      const fields = fieldsAt(affine, p);
      if (limitExcess(task, fields) > 0) continue;
      expect(objectiveOf(task, fields, p)).toBeGreaterThan(exact.objective.verified - 1e-5 * size);
    }
    const adjoint = await session.plan(goal, { method: 'adjoint' });
    expect(adjoint.verdict).toBe('success');
    expect(Math.abs(adjoint.objective.verified - exact.objective.verified)).toBeLessThan(2e-3 * size);
    await session.dispose();
  });
});

test('the field of a plan is the one that solve finds for its boundary conditions', async () => {
  const plan = await controlBoundary(problem, { controls, limit: { maximum } });
  const { boundaryConditions, cases, certificate } = plan;
  const { solution } = await solve({ ...problem, boundaryConditions }, { relativeTolerance: 1e-12 });
  cases[0].after.forEach((value, cell) => {
    expect(Math.abs(value - solution[cell])).toBeLessThan(certificate.errorBound + 1e-9);
  });
  expect(certificate.errorBound).toBeLessThan(1e-5);
  expect(plan.method).toBe('exact');
  expect(plan.reason).toMatch(/affine/);
});

test('the same seed gives the same plan', async () => {
  const options = {
    controls,
    limit: { maximum },
    method: 'adam',
    surrogate: wrongSurrogate(1.01),
    seed: 5,
  } as const;
  const [a, b] = [await controlBoundary(problem, options), await controlBoundary(problem, options)];
  expect(a.parameters).toEqual(b.parameters);
});

test('stops when its signal aborts', async () => {
  const abort = new AbortController();
  const reason = new Error('enough');
  const running = controlBoundary(problem, { controls, limit: { maximum }, signal: abort.signal });
  abort.abort(reason);
  await expect(running).rejects.toBe(reason);
});

describe('refuses, naming what is wrong,', () => {
  test.each([
    [{ controls: [] }, /controls is empty/],
    [{ controls: [{ ...side, patches: 'lid' }] }, /no patch is named 'lid'.*bottom/],
    [{ controls: [{ ...side, quantity: 'flux' as const }] }, /sets the flux of patch .* which is dirichlet/],
    [{ controls: [{ ...side, bounds: [5, -5] as const }] }, /bounds \[low, high\] in order/],
    [{ controls: [{ ...side, bounds: [-5, Number.POSITIVE_INFINITY] as const }] }, /finite bounds/],
    [{ controls: [side, { ...side, name: 'again' }] }, /belongs to .* and to 'again'/],
    [{ controls, limit: {} }, /needs a maximum or a minimum/],
    [{ controls, limit: { maximum, region: () => false } }, /holds no cell/],
    [{ controls, limit: { maximum, region: 'chip' } }, /no region 'chip'/],
    [{ controls, objective: [{ kind: 'peak' as const, weight: -1 }] }, /weight of 'peak'/],
    [
      { controls, budgets: [{ controls: ['fan'], of: 'mean' as const, maximum: 1 }] },
      /names the control 'fan'/,
    ],
    [{ controls, method: 'surrogate' as const }, /needs a surrogate/],
    [{ controls, budgets: [{ of: 'mean' as const, minimum: 6 }] }, /budgets and bounds leave no/],
  ])('case %#', async (options, message) => {
    await expect(controlBoundary(problem, options)).rejects.toThrow(message);
  });
});
