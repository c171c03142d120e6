import { equal, ok } from 'node:assert/strict';
import type { ControlPlan } from 'fieldsmith/control';
import { solve } from 'fieldsmith/solvers';
import { problem } from './plate.js';

export { problem } from './plate.js';

export async function check({ plan }: { plan: ControlPlan }) {
  equal(plan.sentence, 'success: the solver confirms all limits; peak 28.75 before, 25 after.');
  equal(plan.verdict, 'success');
  const { solution } = await solve({ ...problem, boundaryConditions: plan.boundaryConditions });
  ok(Math.max(...solution) < 25 + 1e-3);
}
