import { definedOnly } from '../common/defined-only.js';
import { IllPosedProblemError, InvalidInputError } from '../common/errors.js';
import { silentProgress } from '../common/progress.js';
import type { PoissonProblem } from '../solvers/index.js';
import type { CertifiedField, SolverSettings } from './certified-solver.js';
import { chooseMethod } from './choose-method.js';
import { type ControlContext, controlContext } from './control-context.js';
import { controlSpace } from './control-space.js';
import { type ControlTask, controlTask, limitExcess, objectiveOf, peakOf } from './control-task.js';
import type { FieldModel } from './field-model.js';
import { gradientCosine } from './gradient-cosine.js';
import {
  adamCandidate,
  adjointCandidate,
  type Candidate,
  exactCandidate,
  type MethodOptions,
  surrogateCandidate,
} from './methods.js';
import { type BoundaryControl, CONTROL_DEFAULTS, type ControlGoal, type ControlSettings } from './options.js';
import type { ControlPlan, HistoryStep } from './plan.js';
import { controlValues, squareCostOf } from './plan-values.js';
import {
  BOUNDS_IN_MARGIN,
  type Refinement,
  refineAffine,
  type VerifiedPoint,
  verified,
} from './refine-affine.js';
import { refineModel } from './refine-model.js';
import { type OpenSurrogateFields, surrogateFields } from './surrogate-fields.js';
import type { ControlSurrogate } from './surrogate-model.js';
import { judge } from './verdict.js';

/** One part with its controls, asked any number of times: what does not depend on sources and goals is computed once. */
export interface ControlSession {
  plan(goal?: ControlGoal, settings?: Omit<ControlSettings, 'surrogate'>): Promise<ControlPlan>;
  dispose(): Promise<void>;
}

export interface ControlSessionOptions
  extends Pick<ControlSettings, 'surrogate' | 'relativeTolerance' | 'nonOrthogonalCorrection'> {
  readonly controls: readonly BoundaryControl[];
}

/**
 * Prepares a part for many plans: matrix, preconditioner, the solver's fields of its controls and the encoded geometry are
 * kept from one to the next. Plans of one session run one after the other.
 *
 * @throws InvalidInputError for controls that do not fit the problem, see {@link BoundaryControl}
 */
export function controlSession(problem: PoissonProblem, options: ControlSessionOptions): ControlSession {
  const { controls, surrogate } = options;
  const space = controlSpace(problem, controls);
  const settings: SolverSettings & { signal?: AbortSignal } = {
    relativeTolerance: options.relativeTolerance ?? CONTROL_DEFAULTS.relativeTolerance,
    nonOrthogonalCorrection: options.nonOrthogonalCorrection ?? CONTROL_DEFAULTS.nonOrthogonalCorrection,
  };
  const context = controlContext(problem, space, settings);
  let open: OpenSurrogateFields | undefined;
  let columnsKnown = false;
  let turn: Promise<unknown> = Promise.resolve();
  const openedOf = (given: ControlSurrogate) => {
    open ??= surrogateFields(context, given);
    return open;
  };
  const planNow = async (
    goal: ControlGoal,
    given: Omit<ControlSettings, 'surrogate'>,
  ): Promise<ControlPlan> => {
    settings.signal = given.signal;
    const plan = await planOnce(
      context,
      goal,
      { ...CONTROL_DEFAULTS, ...definedOnly(given) },
      () => (surrogate ? openedOf(surrogate) : undefined),
      columnsKnown,
    );
    columnsKnown ||= plan.method === 'exact' || (space.affine && plan.refinement.solverSlopes);
    return plan;
  };
  return {
    plan: (goal = {}, given = {}) => {
      const result = turn.then(() => planNow(goal, given));
      turn = result.catch(() => {});
      return result;
    },
    dispose: async () => {
      await open?.dispose();
    },
  };
}

type Settings = Omit<ControlSettings, 'surrogate'> &
  Required<Pick<ControlSettings, 'method' | 'outOfRange' | 'refinementSteps' | 'starts' | 'seed'>>;

/** What limits are kept by for the sake of rounding, over the range of the field. */
const MARGIN = 1e-7;

async function planOnce(
  context: ControlContext,
  goal: ControlGoal,
  settings: Settings,
  surrogateOf: () => OpenSurrogateFields | undefined,
  columnsKnown: boolean,
): Promise<ControlPlan> {
  const { problem, space } = context;
  const { progress = silentProgress, refinementSteps } = settings;
  const task = controlTask(problem, space, goal);
  const started = performance.now();
  const solvesBefore = context.solves();
  const sources = task.cases.map(({ source }) => source);
  progress.update('control', 0, 4, { stage: 'fields without control' });
  const { idle, before } = await withoutControl(context, sources);
  const beforeFields = before.map(({ field }) => field);
  const history: HistoryStep[] = [historyStep(task, 'before', idle, beforeFields, true)];
  const margin = marginOf(before);
  const planStarted = performance.now();

  const surrogate = surrogateOf();
  const basis = surrogate !== undefined && (space.affine || (await surrogate.reduced()) !== undefined);
  const { method, reason } = chooseMethod(context, settings.method, {
    surrogate: surrogate !== undefined,
    basis,
    outside: surrogate?.range?.outside ?? false,
    columns: columnsKnown,
    loadCases: task.cases.length,
  });
  const range = method === 'surrogate' || method === 'adam' ? surrogate?.range : undefined;
  const refused = settings.outOfRange === 'refuse' && range?.outside === true;
  progress.update('control', 1, 4, { stage: method });
  const options: MethodOptions = { margin, starts: settings.starts, seed: settings.seed, before };
  const candidate = refused ? undefined : await candidateBy(method, context, task, surrogate, options);
  for (const step of candidate?.steps ?? []) {
    history.push(historyStep(task, method, step.p, step.fields, method === 'adjoint'));
  }
  const verifyStarted = performance.now();
  progress.update('control', 2, 4, { stage: 'certified solves' });
  // without a plan that may be right the fields without control are the ones to show
  const start = candidate
    ? await verified(context, task, candidate.p, candidate.fields)
    : judgedBefore(task, idle, before);
  if (candidate) history.push(historyStep(task, 'refinement', start.p, fieldsOf(start), true));
  progress.update('control', 3, 4, { stage: 'refinement' });
  const refinement = await refined(
    context,
    task,
    candidate,
    start,
    method === 'adam' ? 0 : refinementSteps,
    margin,
  );
  for (const step of refinement?.steps ?? []) {
    history.push(historyStep(task, 'refinement', step.p, fieldsOf(step), true));
  }
  const best = refinement?.best ?? start;
  const cosine =
    candidate?.model && surrogate
      ? await gradientCosine(context, task, candidate.model, start.p, fieldsOf(start))
      : null;
  const finished = performance.now();
  progress.update('control', 4, 4, { stage: 'done' });
  const infeasible = candidate?.infeasible ?? refinement?.infeasible;
  const after = fieldsOf(best);
  const predicted = candidate
    ? { objective: candidate.objective, peak: peakOf(task, candidate.fields), excess: candidate.excess }
    : null;
  const verdict = judge({
    task,
    method,
    refused,
    range,
    infeasible,
    margin,
    before: limitExcess(task, beforeFields),
    predictedExcess: predicted?.excess ?? null,
    excess: best.excess,
    converged: refinement?.converged ?? candidate?.converged ?? false,
    peak: { before: peakOf(task, beforeFields), after: peakOf(task, after) },
    objective: { before: objectiveOf(task, beforeFields, idle), after: best.objective },
    refinementSteps: refinement?.steps.length ?? 0,
  });
  return {
    ...verdict,
    method,
    reason,
    controls: controlValues(problem, context.conditionsAt(best.p, !candidate), space, best.p),
    parameters: best.p,
    parameterNames: space.names,
    boundaryConditions: context.conditionsAt(best.p, !candidate),
    cases: task.cases.map(({ name, source }, s) => ({
      name,
      source,
      before: beforeFields[s],
      predicted: candidate?.fields[s] ?? null,
      after: after[s],
      peakBefore: task.peak.value(beforeFields[s]),
      peakAfter: task.peak.value(after[s]),
    })),
    peak: {
      before: peakOf(task, beforeFields),
      predicted: predicted?.peak ?? null,
      verified: peakOf(task, after),
    },
    objective: {
      before: objectiveOf(task, beforeFields, idle),
      predicted: predicted?.objective ?? null,
      verified: best.objective,
    },
    cost: squareCostOf(task, best.p),
    excess: best.excess,
    ...(infeasible && { infeasible }),
    history,
    gradientCosine: cosine,
    refinement: { steps: refinement?.steps.length ?? 0, solverSlopes: refinement?.exactColumns ?? false },
    certificate: {
      relativeResidual: Math.max(...best.certified.map(({ relativeResidual }) => relativeResidual)),
      errorBound: Math.max(...best.certified.map((each) => each.errorBound())),
      nonOrthogonalCorrection: (await context.solverAt(best.p)).correctionShare > 0,
    },
    ...(range && { trainedRange: range }),
    solves: context.solves() - solvesBefore,
    seconds: {
      before: (planStarted - started) / 1000,
      plan: (verifyStarted - planStarted) / 1000,
      verify: (finished - verifyStarted) / 1000,
      total: (finished - started) / 1000,
    },
  };
}

/**
 * Fields with the controls at their reference; at their lower bounds where coefficients of zero would leave the part without
 * any way for its heat.
 */
async function withoutControl(
  context: ControlContext,
  sources: readonly Float64Array[],
): Promise<{ idle: Float64Array; before: CertifiedField[] }> {
  const { reference, affine, low } = context.space;
  try {
    return { idle: reference, before: await context.solveAt(reference, sources, { free: true }) };
  } catch (error) {
    if (affine || !(error instanceof IllPosedProblemError)) throw error;
    return { idle: low, before: await context.solveAt(low, sources) };
  }
}

function candidateBy(
  method: ControlPlan['method'],
  context: ControlContext,
  task: ControlTask,
  surrogate: OpenSurrogateFields | undefined,
  options: MethodOptions,
): Promise<Candidate> {
  if (method === 'exact') return exactCandidate(context, task, options);
  if (method === 'adjoint') return adjointCandidate(context, task, options);
  if (method === 'adam') return adamCandidate(context, task, surrogate, options);
  if (!surrogate)
    throw new InvalidInputError(
      "controlBoundary: method 'surrogate' needs a surrogate; pass one, or use 'exact'",
    );
  return surrogateCandidate(context, task, surrogate, options);
}

/** What follows a plan: nothing where it is proved that there is none, or where no steps are allowed. */
async function refined(
  context: ControlContext,
  task: ControlTask,
  candidate: Candidate | undefined,
  start: VerifiedPoint,
  maximumSteps: number,
  margin: number,
): Promise<Refinement | undefined> {
  if (!candidate || maximumSteps === 0) return undefined;
  if (candidate.infeasible && candidate.infeasible.leastExcess > 0) return undefined;
  if (candidate.affine) {
    const { columns } = candidate.affine;
    return refineAffine(context, task, start, columns, { margin, maximumSteps, exact: candidate.exact });
  }
  if (context.space.affine && candidate.model) {
    const columns = await modelColumns(context, task, candidate.model);
    return refineAffine(context, task, start, columns, { margin, maximumSteps, exact: false });
  }
  // a plan by the solver and its adjoint is verified as it is, or goes on with them
  if (!candidate.model && start.excess <= 0 && candidate.converged) return undefined;
  return refineModel(context, task, start, candidate.model, { margin, maximumSteps });
}

/** Columns of a model that is not affine though the problem is: differences over the ranges about their middle. */
async function modelColumns(context: ControlContext, task: ControlTask, model: FieldModel) {
  const { low, high } = context.space;
  const middle = low.map((value, j) => 0.5 * (value + high[j]));
  const columns: Float64Array[][] = task.cases.map(() => []);
  for (let j = 0; j < low.length; j++) {
    const width = high[j] - low[j];
    const at = (value: number) => model.fields(middle.map((own, k) => (k === j ? value : own)));
    const [above, below] = [await at(high[j]), await at(low[j])];
    above.forEach((field, s) => {
      columns[s].push(field.map((value, cell) => (width > 0 ? (value - below[s][cell]) / width : 0)));
    });
  }
  return columns;
}

function judgedBefore(
  task: ControlTask,
  p: Float64Array,
  certified: readonly CertifiedField[],
): VerifiedPoint {
  const fields = certified.map(({ field }) => field);
  return {
    p,
    certified,
    objective: objectiveOf(task, fields, p),
    excess: limitExcess(task, fields),
    bound: 0,
  };
}

const fieldsOf = ({ certified }: VerifiedPoint) => certified.map(({ field }) => field);

function historyStep(
  task: ControlTask,
  stage: HistoryStep['stage'],
  p: Float64Array,
  fields: readonly Float64Array[],
  certified: boolean,
): HistoryStep {
  return {
    stage,
    parameters: Array.from(p),
    objective: objectiveOf(task, fields, p),
    peak: peakOf(task, fields),
    excess: limitExcess(task, fields),
    certified,
  };
}

function marginOf(before: readonly CertifiedField[]): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { field } of before) {
    for (const value of field) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  const bound = Math.max(...before.map((each) => each.errorBound()));
  return (
    BOUNDS_IN_MARGIN * bound + MARGIN * Math.max(high - low, 1e-3 * Math.max(Math.abs(high), Math.abs(low)))
  );
}
