import type { ReducedModel, ReducedSession } from '../operators/index.js';
import { assembleRightHandSide, type BoundaryConditions, type PoissonProblem } from '../solvers/index.js';
import type { AffineFields } from './affine-fields.js';
import type { ControlContext } from './control-context.js';
import type { ControlTask } from './control-task.js';
import { unitConditions } from './controlled-conditions.js';
import type { FieldModel } from './field-model.js';
import { networkModel } from './network-model.js';
import type { ControlSurrogate } from './surrogate-model.js';

/** A surrogate with what it knows of one part, kept from plan to plan. */
export interface OpenSurrogateFields {
  /** Fields of all cases with their columns, about the middle of the bounds */
  affine(task: ControlTask): Promise<AffineFields>;
  /** The reduced-order model of this part; undefined for models that answer with a field */
  reduced(): Promise<ReducedModel | undefined>;
  /** Its fields with the gradients of its own graph, where it has any */
  model?(task: ControlTask): FieldModel;
  /** What the trained range says, where the surrogate says anything */
  readonly range?: { readonly outside: boolean; readonly reasons: readonly string[] };
  dispose(): Promise<void>;
}

/** More load cases than this share the columns of the first, which are right for every linear surrogate. */
const OWN_COLUMNS = 4;

/**
 * Affine fields by a surrogate. A basis answers the loads of all cases and controls at once, as products with Ψ; of a model
 * that answers with a field they are differences of predictions over the range of each control.
 */
export function surrogateFields(context: ControlContext, surrogate: ControlSurrogate): OpenSurrogateFields {
  const { problem, space } = context;
  const middle = space.low.map((low, j) => 0.5 * (low + space.high[j]));
  const isBasis = surrogate.reduce !== undefined && surrogate.card?.operator.output !== 'field';
  let reduced: Promise<ReducedModel> | undefined;
  let session: Promise<ReducedSession> | undefined;
  let columns: Promise<readonly Float64Array[]> | undefined;
  const reduce = async () => {
    const { operator } = await context.solverAt(middle);
    return surrogate.reduce!(operator, networkTypes(context.conditionsAt(middle)));
  };
  const reducedModel = () => {
    reduced ??= reduce();
    return reduced;
  };
  const answer = async (loads: readonly Float64Array[]) => {
    session ??= reducedModel().then((model) => model.session());
    return (await (await session).apply(loads)).map((field) => Float64Array.from(field));
  };
  const basisColumns = async () => {
    const { operator } = await context.solverAt(middle);
    const units = Array.from({ length: space.count }, (_, j) =>
      assembleRightHandSide(operator, 0, unitConditions(problem, space, j)),
    );
    return answer(units);
  };
  const ofBasis = async ({ cases }: ControlTask): Promise<AffineFields> => {
    columns ??= basisColumns();
    const { operator } = await context.solverAt(middle);
    const conditions = context.conditionsAt(middle);
    const fields = await answer(
      cases.map(({ source }) => assembleRightHandSide(operator, source, conditions)),
    );
    const shared = await columns;
    return { origin: middle, fields, columns: cases.map(() => shared) };
  };
  const predictAt = (p: Float64Array, source: Float64Array) =>
    surrogate.predict({ ...problem, source, boundaryConditions: context.conditionsAt(p) });
  const ofDifferences = async ({ cases }: ControlTask): Promise<AffineFields> => {
    const fields: Float64Array[] = [];
    for (const { source } of cases) fields.push(await predictAt(middle, source));
    const own = cases.length <= OWN_COLUMNS ? cases : cases.slice(0, 1);
    const perCase: Float64Array[][] = [];
    for (const { source } of own) {
      const found: Float64Array[] = [];
      for (let j = 0; j < space.count; j++) {
        context.settings.signal?.throwIfAborted();
        const [up, down] = [middle.slice(), middle.slice()];
        up[j] = space.high[j];
        down[j] = space.low[j];
        const width = space.high[j] - space.low[j];
        const above = await predictAt(up, source);
        const below = await predictAt(down, source);
        found.push(above.map((value, cell) => (width > 0 ? (value - below[cell]) / width : 0)));
      }
      perCase.push(found);
    }
    return { origin: middle, fields, columns: cases.map((_, s) => perCase[s] ?? perCase[0]) };
  };
  return {
    affine: isBasis ? ofBasis : ofDifferences,
    reduced: async () => (isBasis ? reducedModel() : undefined),
    ...(!isBasis &&
      surrogate.pullback && {
        model: (task: ControlTask) => networkModel(context, task, surrogate as Required<ControlSurrogate>),
      }),
    range: rangeOf(surrogate, { ...problem, boundaryConditions: context.conditionsAt(middle) }),
    dispose: async () => {
      await session?.then((open) => open.dispose());
    },
  };
}

/** The networks know two types of boundary; what a Robin patch really does is in the matrix that a basis is projected with. */
function networkTypes(conditions: BoundaryConditions): Record<string, 'dirichlet' | 'neumann'> {
  return Object.fromEntries(
    Object.entries(conditions).map(([name, { type }]) => [
      name,
      type === 'dirichlet' ? 'dirichlet' : 'neumann',
    ]),
  );
}

function rangeOf(surrogate: ControlSurrogate, problem: PoissonProblem): OpenSurrogateFields['range'] {
  const foreign = Object.entries(problem.boundaryConditions).filter(
    ([, { type }]) => type !== 'dirichlet' && type !== 'neumann',
  );
  if (foreign.length > 0) {
    const reasons = foreign.map(
      ([name, { type }]) => `patch '${name}' is ${type}, training saw dirichlet and neumann`,
    );
    return { outside: true, reasons };
  }
  return surrogate.rangeOf?.(problem);
}
