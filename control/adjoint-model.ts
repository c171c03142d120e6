import { adjointFields } from './adjoint-solve.js';
import { boundaryGradient } from './boundary-gradient.js';
import type { ControlContext } from './control-context.js';
import type { ControlTask } from './control-task.js';
import type { FieldModel } from './field-model.js';

/** The solver itself as a model: certified fields, and gradients from the adjoint of the discrete system. */
export function adjointModel(context: ControlContext, { cases }: ControlTask): FieldModel {
  const { problem, space } = context;
  const sources = cases.map(({ source }) => source);
  let last: { p: Float64Array; fields: readonly Float64Array[] } | undefined;
  return {
    fields: async (p) => {
      const solved = await context.solveAt(p, sources, { guesses: last?.fields });
      last = { p: p.slice(), fields: solved.map(({ field }) => field) };
      return last.fields;
    },
    pullback: async (requests) => {
      if (!last || requests.length === 0) return [];
      const { p, fields } = last;
      const solver = await context.solverAt(p);
      const state = {
        problem,
        operator: solver.operator,
        conditions: context.conditionsAt(p),
        correctionShare: solver.correctionShare,
      };
      const adjoints = adjointFields(
        solver,
        requests.map(({ cotangent }) => cotangent),
        context.settings.signal,
      );
      return requests.map(({ loadCase }, k) => boundaryGradient(state, space, fields[loadCase], adjoints[k]));
    },
  };
}
