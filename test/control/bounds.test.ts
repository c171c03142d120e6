import { expect, test } from 'vitest';
import { createRandom, type Random } from '../../common/random.js';
import {
  type BoundaryControl,
  type ControlOptions,
  type ControlPlan,
  controlBoundary,
} from '../../control/index.js';
import type { BoundaryCondition, PoissonProblem } from '../../solvers/index.js';
import { structuredMesh } from '../solvers/structured-mesh.js';
import { wrongSurrogate } from './surrogates.js';

const SIDES = ['left', 'right', 'bottom', 'top'] as const;

/** A small rectangle with random data, one to three sides of it controlled in random ways. */
function draw(random: Random): { problem: PoissonProblem; options: ControlOptions } {
  const mesh = structuredMesh({ columns: random.integer(2, 5), rows: random.integer(2, 5), width: 2 });
  const kinds = SIDES.map(() => random.integer(0, 2));
  kinds[random.integer(0, 3)] = 0;
  const conditions = SIDES.map((side, k): [string, BoundaryCondition] => [
    side,
    [
      { type: 'dirichlet', value: random.normal() } as const,
      { type: 'neumann', flux: random.normal() } as const,
      { type: 'robin', coefficient: random.uniform(0.1, 5), ambient: random.normal() } as const,
    ][kinds[k]],
  ]);
  const first = random.integer(0, 3);
  const affine = random.uniform() < 0.9;
  const budget = random.uniform() < 0.3;
  const controls = [0, 1, 2].slice(0, random.integer(1, 3)).map((k): BoundaryControl => {
    const side = (first + k) % 4;
    const low = random.uniform(0.1, 3);
    const width = !budget && random.uniform() < 0.1 ? 0 : random.uniform(0.1, 10);
    const coefficient = kinds[side] === 2 && !affine;
    const shift = coefficient ? 0 : -5;
    const count = random.integer(1, 3);
    return {
      patches: SIDES[side],
      quantity: coefficient ? 'coefficient' : kinds[side] === 1 ? 'flux' : 'temperature',
      bounds: [low + shift, low + shift + width],
      shape: [
        { kind: 'uniform' } as const,
        { kind: 'pieces', count } as const,
        { kind: 'modes', count } as const,
      ][random.integer(0, 2)],
      cost: random.uniform(0, 2),
    };
  });
  const areas = controls.map(({ patches }) => {
    const { start, size } = mesh.patches.find(({ name }) => name === patches)!;
    return mesh.faceAreas.subarray(start, start + size).reduce((sum, value) => sum + value, 0);
  });
  // what all controls have in the middle of their bounds
  const total =
    controls.reduce((sum, { bounds }, k) => sum + 0.5 * areas[k] * (bounds[0] + bounds[1]), 0) /
    areas.reduce((sum, value) => sum + value, 0);
  const method = !affine
    ? 'adjoint'
    : random.uniform() < 0.1
      ? 'surrogate'
      : random.uniform() < 0.05
        ? 'adam'
        : 'exact';
  return {
    problem: { mesh, source: () => random.normal(), boundaryConditions: Object.fromEntries(conditions) },
    options: {
      controls,
      limit: { maximum: random.uniform(-1, 3) },
      objective:
        random.uniform() < 0.5 ? [{ kind: 'cost' }] : [{ kind: 'cost', weight: 0.1 }, { kind: 'peak' }],
      ...(budget && { budgets: [{ of: 'mean', maximum: total }] }),
      ...(method === 'surrogate' && { surrogate: wrongSurrogate(0.9, 0.1) }),
      method,
      starts: 2,
    },
  };
}

/** Values of every face of a control, as the plan's boundary conditions have them. */
function facesOf({ boundaryConditions }: ControlPlan, { patches, quantity }: BoundaryControl): Float64Array {
  const condition = boundaryConditions[patches as string] as unknown as Record<string, Float64Array>;
  const field = quantity === 'temperature' ? ('ambient' in condition ? 'ambient' : 'value') : quantity;
  return condition[field];
}

test('no plan of 1,000 random problems leaves its bounds or budgets, or claims what its field does not show', async () => {
  const random = createRandom(99);
  const verdicts: Record<string, number> = {};
  for (let trial = 0; trial < 1000; trial++) {
    const { problem, options } = draw(random);
    const plan = await controlBoundary(problem, options);
    let [sum, area] = [0, 0];
    for (const control of options.controls) {
      const values = facesOf(plan, control);
      const [low, high] = control.bounds;
      for (const value of values)
        if (!(value >= low && value <= high)) expect([low, value, high]).toBe('in order');
      const patch = problem.mesh.patches.find(({ name }) => name === control.patches)!;
      values.forEach((value, k) => {
        sum += value * problem.mesh.faceAreas[patch.start + k];
        area += problem.mesh.faceAreas[patch.start + k];
      });
    }
    const most = options.budgets?.[0].maximum;
    if (most !== undefined) expect(sum / area).toBeLessThanOrEqual(most + 1e-12);
    const peak = Math.max(...plan.cases.map(({ after }) => after.reduce((a, b) => Math.max(a, b))));
    if (plan.verdict === 'success') expect(peak).toBeLessThanOrEqual(options.limit!.maximum!);
    if (plan.verdict === 'infeasible') expect(peak).toBeGreaterThan(options.limit!.maximum!);
    if (options.method === 'exact' || options.method === 'surrogate') {
      expect(['success', 'infeasible']).toContain(plan.verdict);
    }
    verdicts[plan.verdict] = (verdicts[plan.verdict] ?? 0) + 1;
  }
  // both kinds are met often enough to mean something
  expect(verdicts.success).toBeGreaterThan(200);
  expect(verdicts.infeasible).toBeGreaterThan(100);
}, 120_000);
