import { InvalidInputError } from '../common/errors.js';
import { combineSeeds, createRandom } from '../common/random.js';
import { adamLoop } from './adam.js';
import { adjointModel } from './adjoint-model.js';
import type { AffineFields } from './affine-fields.js';
import { affineModel } from './affine-model.js';
import { affinePlan, type Infeasibility } from './affine-plan.js';
import type { CertifiedField } from './certified-solver.js';
import type { ControlContext } from './control-context.js';
import { type ControlTask, limitExcess, objectiveOf } from './control-task.js';
import type { FieldModel } from './field-model.js';
import { reducedFieldModel } from './reduced-model.js';
import { type SequentialStep, sequentialProgram } from './sequential-program.js';
import type { OpenSurrogateFields } from './surrogate-fields.js';

/** What a method came up with, before any verification. */
export interface Candidate {
  readonly p: Float64Array;
  /** As the method has them, `[case][cell]` */
  readonly fields: readonly Float64Array[];
  readonly objective: number;
  readonly excess: number;
  readonly converged: boolean;
  /** Proof, of the exact method */
  readonly infeasible?: Infeasibility;
  readonly steps: readonly SequentialStep[];
  /** Slopes that refinement can go on with */
  readonly affine?: AffineFields;
  readonly exact: boolean;
  readonly model?: FieldModel;
}

export interface MethodOptions {
  /** K by which limits are kept */
  readonly margin: number;
  readonly starts: number;
  readonly seed: number;
  /** Certified fields without control */
  readonly before: readonly CertifiedField[];
  readonly onStep?: (step: SequentialStep) => void;
}

const MOST_STEPS = 60;

/** A few PDE solves for the columns, then the convex program. */
export async function exactCandidate(
  context: ControlContext,
  task: ControlTask,
  { margin, before }: MethodOptions,
): Promise<Candidate> {
  if (!context.space.affine) {
    throw new InvalidInputError(
      "controlBoundary: method 'exact' is for temperatures and fluxes, in which the field is affine; with coefficients use " +
        "'adjoint' or 'surrogate'",
    );
  }
  const columns = (await context.columns()).map(({ field }) => field);
  const affine: AffineFields = {
    origin: context.space.reference,
    fields: before.map(({ field }) => field),
    columns: task.cases.map(() => columns),
  };
  return { ...candidateOf(task, affine, margin), exact: true };
}

/** The same program with the surrogate's columns; a sequential one where fields are not affine. */
export async function surrogateCandidate(
  context: ControlContext,
  task: ControlTask,
  surrogate: OpenSurrogateFields,
  options: MethodOptions,
): Promise<Candidate> {
  if (surrogate.model && context.space.affine) {
    const model = surrogate.model(task);
    return { ...(await bestOfStarts(context, task, model, options)), model };
  }
  if (context.space.affine) {
    const affine = await surrogate.affine(task);
    const { infeasible: _, ...candidate } = candidateOf(task, affine, options.margin);
    return { ...candidate, exact: false, model: affineModel(affine) };
  }
  const reduced = await surrogate.reduced();
  if (!reduced) {
    throw new InvalidInputError(
      'controlBoundary: a surrogate that answers with a field knows no heat transfer coefficients; use one with a basis, or ' +
        "method 'adjoint'",
    );
  }
  const model = await reducedFieldModel(context, task, reduced);
  return { ...(await bestOfStarts(context, task, model, options)), model };
}

/** Quasi-Newton steps with the solver and its adjoint. */
export function adjointCandidate(
  context: ControlContext,
  task: ControlTask,
  options: MethodOptions,
): Promise<Candidate> {
  return bestOfStarts(context, task, adjointModel(context, task), options);
}

/** The loop of the paper with a surrogate, or with the solver's adjoint where there is none. */
export async function adamCandidate(
  context: ControlContext,
  task: ControlTask,
  surrogate: OpenSurrogateFields | undefined,
  options: MethodOptions,
): Promise<Candidate> {
  const model = await modelOf(context, task, surrogate);
  const { p, fields, objective } = await adamLoop(task, model, {
    seed: options.seed,
    signal: context.settings.signal,
  });
  const step = { p, fields, objective, excess: limitExcess(task, fields) };
  return { ...step, converged: true, steps: [step], exact: false, model };
}

async function modelOf(
  context: ControlContext,
  task: ControlTask,
  surrogate: OpenSurrogateFields | undefined,
): Promise<FieldModel> {
  if (!surrogate) return adjointModel(context, task);
  if (surrogate.model && context.space.affine) return surrogate.model(task);
  if (context.space.affine) return affineModel(await surrogate.affine(task));
  const reduced = await surrogate.reduced();
  return reduced ? reducedFieldModel(context, task, reduced) : adjointModel(context, task);
}

function candidateOf(task: ControlTask, affine: AffineFields, margin: number): Omit<Candidate, 'exact'> {
  const plan = affinePlan(task, affine, { margin });
  const { p, fields, objective, infeasible, status } = plan;
  const step = { p, fields, objective, excess: limitExcess(task, fields) };
  return {
    ...step,
    converged: status === 'optimal',
    affine,
    steps: [step],
    ...(infeasible && { infeasible }),
  };
}

/**
 * The best of several starts: the reference, the middle of the bounds, and random points; one is enough where the problem is
 * convex.
 */
async function bestOfStarts(
  context: ControlContext,
  task: ControlTask,
  model: FieldModel,
  { margin, starts, seed, onStep }: MethodOptions,
): Promise<Candidate> {
  const { space, settings } = context;
  const random = createRandom(combineSeeds(seed, 0x57a7));
  const points = [
    space.reference,
    space.low.map((low, j) => 0.5 * (low + space.high[j])),
    ...Array.from({ length: Math.max(0, starts - 2) }, () =>
      space.low.map((low, j) => random.uniform(low, space.high[j])),
    ),
  ].slice(0, space.affine ? 1 : starts);
  let best: (Awaited<ReturnType<typeof sequentialProgram>> & { path: SequentialStep[] }) | undefined;
  for (const point of points) {
    const path: SequentialStep[] = [];
    const found = await sequentialProgram(task, model, point, {
      margin,
      maximumSteps: MOST_STEPS,
      signal: settings.signal,
      onStep: (step) => {
        path.push(step);
        onStep?.(step);
      },
    });
    const excess = (step: SequentialStep) => Math.max(0, step.excess);
    const improves =
      !best ||
      excess(found) < excess(best) ||
      (excess(found) === excess(best) && found.objective < best.objective);
    if (improves) best = { ...found, path };
  }
  const { p, fields, converged, path } = best!;
  const objective = objectiveOf(task, fields, p);
  return { p, fields, objective, excess: best!.excess, converged, steps: path, exact: false };
}
