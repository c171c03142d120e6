import { InvalidInputError } from '../../common/errors.js';
import type { BoundaryControl, ControlGoal, LoadCase, ObjectiveTerm } from '../../control/index.js';
import type { PoissonProblem } from '../../solvers/index.js';
import { buildMesh } from '../problem/build-mesh.js';
import { buildSteady, requireSteady, steadySource } from '../problem/build-steady.js';
import type { ProblemFile } from '../problem/problem-schema.js';

/** A problem file in the terms of `controlBoundary`. */
export interface BuiltProblem {
  readonly problem: PoissonProblem;
  readonly controls: readonly BoundaryControl[];
  readonly goal: ControlGoal;
}

/** @throws InvalidInputError for what fits the schema and still makes no problem; what readMeshFile throws */
export async function buildProblem(file: ProblemFile, path: string): Promise<BuiltProblem> {
  if (!file.controls) {
    throw new InvalidInputError(
      'controls: the file names nothing to control; list patches with quantity and bounds',
    );
  }
  requireSteady(file, 'control');
  const mesh = await buildMesh(file.mesh, file.lengthUnit, path);
  const problem = buildSteady(file, mesh, file.heat, 'control');
  const loadCases = file.loadCases?.map(
    ({ name, probability, heat }): LoadCase => ({
      name,
      probability,
      source: steadySource(file, mesh, heat),
    }),
  );
  if (!loadCases && file.heat.length === 0) {
    throw new InvalidInputError('the file names no heat: give heat, or loadCases with heat');
  }
  const { limit, budgets, robust } = file;
  return {
    problem,
    controls: file.controls.map(controlOf),
    goal: {
      ...(limit && {
        limit: {
          maximum: limit.maximum,
          minimum: limit.minimum,
          region: limit.region,
          ...(limit.penalty !== undefined && { form: { penalty: limit.penalty } }),
        },
      }),
      objective: file.objective?.map(termOf),
      budgets,
      loadCases,
      robust,
    },
  };
}

function controlOf({
  pieces,
  modes,
  ...rest
}: NonNullable<ProblemFile['controls']>[number]): BoundaryControl {
  if (pieces !== undefined && modes !== undefined)
    throw new InvalidInputError('controls: give either pieces or modes');
  if (pieces !== undefined) return { ...rest, shape: { kind: 'pieces', count: pieces } };
  if (modes !== undefined) return { ...rest, shape: { kind: 'modes', count: modes } };
  return rest;
}

function termOf({
  kind,
  weight,
  region,
  smoothing,
  temperature,
  measure,
}: NonNullable<ProblemFile['objective']>[number]): ObjectiveTerm {
  if (kind === 'target') {
    if (temperature === undefined) throw new InvalidInputError('objective: a target needs a temperature');
    return { kind, weight, region, field: temperature };
  }
  if (kind === 'cost') return { kind, weight, measure };
  return kind === 'peak' ? { kind, weight, region, smoothing } : { kind, weight, region };
}
