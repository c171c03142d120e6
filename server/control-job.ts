import { definedOnly } from '../common/defined-only.js';
import { type ControlOptions, type ControlPlan, controlBoundary, type Region } from '../control/index.js';
import type { ControlRequest, RegionRequest } from './control-schema.js';
import { encodeAnswer } from './field-answer.js';
import type { EncodedAnswer, Job } from './jobs.js';
import type { MeshLimits } from './mesh-from-request.js';
import type { Surrogates } from './models.js';
import { cellsInBox, cellValuesOf, problemOf, type StatedProblem } from './problem-from-request.js';

/** Plans boundary controls; the verdict rests on certified fields. */
export async function controlJob(
  { request, stored, encoding }: Extract<Job, { kind: 'control' }>,
  limits: MeshLimits,
  surrogates: Surrogates,
  signal: AbortSignal,
): Promise<EncodedAnswer> {
  const surrogate = request.model === undefined ? undefined : await surrogates.open(request.model);
  const problem = problemOf(request, stored, limits);
  const plan = await controlBoundary(problem, {
    ...goalOf(request, problem),
    ...settingsOf(request),
    surrogate,
    signal,
  });
  const after = plan.cases.map((each) => each.after);
  const { mesh } = problem;
  return encodeAnswer({
    report: { mesh: { dimension: mesh.dimension, cells: mesh.cellCount }, ...outcomeOf(plan) },
    more: {
      cases: plan.cases.map(({ name, peakBefore, peakAfter }) => ({ name, peakBefore, peakAfter })),
      controls: plan.controls,
      ...(plan.infeasible && { infeasible: plan.infeasible }),
      boundaryConditions: asRequested(plan.boundaryConditions),
      history: plan.history,
    },
    fields: { before: plan.cases.map((each) => each.before), after },
    binary: Object.fromEntries(plan.cases.map((each, s) => [fieldName(each.name, s), each.after])),
    mesh,
    encoding,
  });
}

/** Names of load cases need not differ. */
const fieldName = (name: string, index: number) => `after, ${index + 1}: ${name}`;

function goalOf(
  { controls, limit, objective, budgets, loadCases, robust }: ControlRequest,
  { given }: StatedProblem,
): Pick<ControlOptions, 'controls' | 'limit' | 'objective' | 'budgets' | 'loadCases' | 'robust'> {
  const { mesh } = given;
  const within = (name: string, region: RegionRequest | undefined): { region?: Region } => {
    if (region === undefined) return {};
    if (typeof region === 'string') return { region };
    if ('low' in region) return { region: cellsInBox(name, region, mesh) };
    return { region: Uint8Array.from(region.values, (value) => (value === 0 ? 0 : 1)) };
  };
  return {
    controls,
    budgets,
    robust,
    limit: limit && ({ ...limit, ...within('limit.region', limit.region) } as ControlOptions['limit']),
    objective: objective?.map((term, index) => {
      const name = `objective[${index}]`;
      if (term.kind === 'cost') return term;
      const { region, ...rest } = term;
      const field = term.kind === 'target' && { field: cellValuesOf(`${name}.field`, term.field, given) };
      return { ...rest, ...field, ...within(`${name}.region`, region) } as NonNullable<
        ControlOptions['objective']
      >[number];
    }),
    loadCases: loadCases?.map((each, index) => ({
      ...each,
      source: cellValuesOf(`loadCases[${index}].source`, each.source, given),
    })),
  };
}

function settingsOf(request: ControlRequest) {
  const { method, outOfRange, refinementSteps, starts } = request;
  const { seed, relativeTolerance, nonOrthogonalCorrection } = request;
  const precision = { seed, relativeTolerance, nonOrthogonalCorrection };
  return definedOnly({ method, outOfRange, refinementSteps, starts, ...precision });
}

function outcomeOf(plan: ControlPlan) {
  const { verdict, sentence, method, reason, peak, objective, cost, excess, certificate } = plan;
  const { gradientCosine, refinement, trainedRange, solves, seconds } = plan;
  return {
    ...{ verdict, sentence, method, reason, peak, objective, cost, excess, certificate },
    ...{ gradientCosine, refinement, ...(trainedRange && { trainedRange }), solves, seconds },
  };
}

/** Conditions as a request states them. */
function asRequested(conditions: ControlPlan['boundaryConditions']): Record<string, unknown> {
  const plain = (value: unknown) => (value instanceof Float64Array ? { values: Array.from(value) } : value);
  return Object.fromEntries(
    Object.entries(conditions).map(([patch, condition]) => [
      patch,
      Object.fromEntries(Object.entries(condition).map(([key, value]) => [key, plain(value)])),
    ]),
  );
}
