import type { Mesh } from '../../geometry/index.js';
import type { BoundaryCondition } from '../../solvers/index.js';
import { formatNumber } from '../../viewer/numbers.js';
import { readConfig } from '../config/read-config.js';
import { buildMesh } from '../problem/build-mesh.js';
import { boundaryConditions, sources } from '../problem/build-thermal.js';
import { heatOf } from '../problem/load-case.js';
import { problemSchema } from '../problem/problem-schema.js';
import { atTime } from '../problem/values-in-time.js';
import type { WorkWatch } from '../run-work.js';
import { depthOf } from './depth.js';
import { modelOfProblem, type RunSolveOptions, requireEnding } from './run-solve.js';

/** What `fieldsmith solve --dry-run --json` prints. Of what changes with time, the values at the start. */
export interface SolvePlan {
  readonly title?: string;
  readonly kind: 'steady' | 'transient';
  readonly cells: number;
  readonly dimension: 2 | 3;
  readonly patches: readonly { readonly name: string; readonly faces: number; readonly condition: string }[];
  /** With what reaches a plate from the air on its faces */
  readonly sources: { readonly value: number; readonly unit: 'W' | 'W/m' };
  /** s, of heat in time */
  readonly end?: number;
  /** Operator and file of the surrogate that would guess */
  readonly model?: string;
  readonly out?: string;
}

/**
 * What would be solved, the file read and its mesh made.
 *
 * @throws as runSolve, for all that it finds before it solves
 */
export async function solvePlan(
  path: string,
  options: RunSolveOptions,
  watch: WorkWatch,
): Promise<SolvePlan> {
  const file = await readConfig(path, problemSchema);
  const { title, time, boundary } = file;
  const { out } = options;
  if (out !== undefined) requireEnding(out, time !== undefined);
  const heat = heatOf(file, options.case);
  const model = modelOfProblem(file, path, options);
  const mesh = await buildMesh(file.mesh, file.lengthUnit, path, watch);
  watch.signal.throwIfAborted();
  const conditions = boundaryConditions(
    mesh,
    Object.fromEntries(Object.entries(boundary).map(([name, each]) => [name, atTime(each, 0)])),
  );
  const { depth, perMetre } = depthOf(file, mesh);
  const density = sources(
    mesh,
    heat.map((each) => atTime(each, 0)),
    file,
  );
  return {
    ...(title !== undefined && { title }),
    kind: time ? 'transient' : 'steady',
    cells: mesh.cellCount,
    dimension: mesh.dimension,
    patches: mesh.patches.map(({ name, size }) => ({
      name,
      faces: size,
      condition: inWords(conditions[name]),
    })),
    sources: { value: integral(mesh, density) * depth, unit: perMetre ? 'W/m' : 'W' },
    ...(time && { end: time.end }),
    ...(model && { model: model.card.operator.name }),
    ...(out !== undefined && { out }),
  };
}

/** The same for people. */
export function describeSolvePlan(plan: SolvePlan): string {
  const { title, kind, cells, dimension, patches, model, end, out } = plan;
  const width = Math.max(...patches.map(({ name }) => name.length));
  return [
    ...(title === undefined ? [] : [title]),
    `${kind === 'steady' ? 'a steady problem' : `heat in time, ${end} s`} on ${cells} cells in ${dimension}D`,
    `heat      sources ${formatNumber(plan.sources.value)} ${plan.sources.unit}`,
    ...patches.map(
      ({ name, faces, condition }) => `patch     ${name.padEnd(width)}  ${condition}, ${faces} faces`,
    ),
    ...(model === undefined ? [] : [`guess     by a surrogate, ${model}`]),
    ...(out === undefined ? [] : [`field     ${out}`]),
    'nothing was solved or written',
  ].join('\n');
}

function inWords(condition: BoundaryCondition): string {
  const of = (value: unknown) => (typeof value === 'number' ? formatNumber(value) : 'a field of');
  if (condition.type === 'dirichlet') return `temperature ${of(condition.value)} °C`;
  if (condition.type === 'neumann')
    return condition.flux === 0 ? 'insulated' : `flux ${of(condition.flux)} W/m²`;
  if (condition.type === 'robin')
    return `convection ${of(condition.coefficient)} W/(m² K) to ${of(condition.ambient)} °C`;
  return condition.type;
}

function integral({ cellVolumes }: Mesh, values: Float64Array): number {
  return values.reduce((sum, value, cell) => sum + value * cellVolumes[cell], 0);
}
