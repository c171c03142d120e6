import type { BoundaryControl } from '../../control/index.js';
import { formatNumber } from '../../viewer/numbers.js';
import { readConfig } from '../config/read-config.js';
import { problemSchema } from '../problem/problem-schema.js';
import { buildProblem } from './build-problem.js';

/** What `fieldsmith control --dry-run --json` prints. */
export interface ControlOutline {
  readonly title?: string;
  readonly cells: number;
  readonly dimension: 2 | 3;
  readonly controls: readonly BoundaryControl[];
  readonly loadCases: readonly string[];
  readonly limit: { readonly minimum?: number; readonly maximum?: number; readonly region?: string } | null;
  /** Kinds of the terms of the objective; the cost alone where the file names none */
  readonly objective: readonly string[];
  readonly method: string;
  readonly surrogate: string | null;
}

/** What would be planned, the file read and its mesh made. @throws as runControl, for all that it finds before it plans */
export async function controlOutline(path: string, signal: AbortSignal): Promise<ControlOutline> {
  const file = await readConfig(path, problemSchema);
  const { problem, controls, goal } = await buildProblem(file, path);
  signal.throwIfAborted();
  const { title, limit, method = 'auto', surrogate = null } = file;
  return {
    ...(title !== undefined && { title }),
    cells: problem.mesh.cellCount,
    dimension: problem.mesh.dimension,
    controls,
    loadCases: file.loadCases?.map(({ name }) => name) ?? [],
    limit: limit ? { minimum: limit.minimum, maximum: limit.maximum, region: limit.region } : null,
    objective: goal.objective?.map(({ kind }) => kind) ?? ['cost'],
    method,
    surrogate,
  };
}

/** The same for people. */
export function describeOutline(outline: ControlOutline): string {
  const { title, cells, dimension, controls, loadCases, limit, objective, method, surrogate } = outline;
  const shape = ({ shape: given }: BoundaryControl) =>
    given && 'count' in given ? `, ${given.count} ${given.kind} a patch` : '';
  const bounds = [
    ...(limit?.minimum === undefined ? [] : [`at least ${formatNumber(limit.minimum)} °C`]),
    ...(limit?.maximum === undefined ? [] : [`at most ${formatNumber(limit.maximum)} °C`]),
  ];
  return [
    ...(title === undefined ? [] : [title]),
    `a part of ${cells} cells in ${dimension}D`,
    ...controls.map(
      (each) =>
        `control   ${each.name ?? [each.patches].flat().join(', ')}: ${each.quantity} between ${formatNumber(each.bounds[0])} and ${formatNumber(each.bounds[1])}${shape(each)}`,
    ),
    ...(loadCases.length > 0 ? [`cases     ${loadCases.join(', ')}`] : []),
    `limit     ${bounds.join(' and ') || 'none'}${limit?.region ? ` in ${limit.region}` : ''}`,
    `objective ${objective.join(', ')}; method ${method}${surrogate ? `, surrogate ${surrogate}` : ''}`,
    'nothing was planned or written',
  ].join('\n');
}
