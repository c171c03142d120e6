import { formatPercent, formatSeconds } from '../../viewer/numbers.js';
import { formatTable } from '../demo/summary.js';
import type { BenchResult } from './run-bench.js';
import { shownPoint, totalSeconds } from './totals.js';

/** The columns of methods in words and in the report. */
export const METHOD_COLUMNS = ['', 'set-up', 'a query', 'error', 'setting', 'in all'] as const;

/** One row a method, at its cheapest setting that is accurate enough, or its most accurate one. */
export function methodRows(result: BenchResult): string[][] {
  return result.methods.map((method) => {
    const point = shownPoint(method, result.wantedError);
    const { title, setupSeconds, missing } = method;
    if (!point || setupSeconds === null) return [title, '–', '–', '–', missing ?? 'not measured', '–'];
    const total = totalSeconds(result, method, result.queriesPerMesh)!;
    return [
      title,
      formatSeconds(setupSeconds),
      formatSeconds(point.secondsPerQuery),
      `${formatPercent(point.error)}${point.error <= result.wantedError ? '' : ' (misses)'}`,
      point.setting,
      formatSeconds(total),
    ];
  });
}

/** What was measured how, in sentences. */
export function conditions(result: BenchResult): string[] {
  const { atOnce, timedAtOnce, repeats, references, twoPointError, meshError, mesh, loadAverage } = result;
  return [
    `${mesh.cells} cells in ${mesh.dimension}D; errors are relative L2 errors of the rise over the surroundings against the solver's own converged answers, means over ${references} ${references === 1 ? 'query' : 'queries'}.`,
    `Times are medians of ${repeats} rounds in which all methods take turns, after one for warming up; queries are answered ${atOnce} at a time (${timedAtOnce} and fewer of them while the clock runs, where a method is slow). Networks have a thread a core, solvers one. Assembly and opening the model's file, which come once or for all methods alike, are not counted.`,
    ...(twoPointError > 0
      ? [
          `Two-point fluxes alone, which surrogates are trained on, are ${formatPercent(twoPointError)} off on this mesh.`,
        ]
      : []),
    meshError.error === null
      ? `The error of the mesh itself was ${meshError.method}.`
      : `The error of the mesh itself is about ${formatPercent(meshError.error)} (${meshError.method}).`,
    ...(loadAverage !== null && loadAverage > 1.5
      ? [
          `The machine was busy (load average ${loadAverage.toFixed(1)}): times are too long, some more than others.`,
        ]
      : []),
  ];
}

/** A bench in words for people. */
export function describeBench(result: BenchResult): string {
  const { queriesPerMesh, meshes, title, report, verdict } = result;
  return `${title ? `${title}\n` : ''}${formatTable({
    title: `Cheapest way of each method to an error of ${formatPercent(result.wantedError)}, ${queriesPerMesh === 1 ? 'one query' : `${queriesPerMesh} queries`} on ${meshes === 1 ? 'one mesh' : `each of ${meshes} meshes`}`,
    columns: METHOD_COLUMNS,
    rows: methodRows(result),
  })}

${conditions(result).join('\n')}

${verdict.words}${report ? `\n\nreport    ${report}` : ''}`;
}
