import { basename, dirname, join, resolve } from 'node:path';
import { describeHardware } from '../../common/hardware.js';
import type { Progress } from '../../common/progress.js';
import { writeFileAtomically } from '../../common/write-file.js';
import { type ControlPlan, controlBoundary } from '../../control/index.js';
import { writeVtu } from '../../geometry/index.js';
import { openSurrogate } from '../../training/index.js';
import { readConfig } from '../config/read-config.js';
import { modelFiles } from '../problem/open-model.js';
import { problemSchema } from '../problem/problem-schema.js';
import { buildProblem } from './build-problem.js';
import { controlReport } from './control-report.js';

export interface RunControlOptions {
  readonly out: string;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

/** A plan as JSON: everything but the fields, which are in the files. */
export type PlanSummary = Omit<
  ControlPlan,
  'cases' | 'boundaryConditions' | 'parameters' | 'excess' | 'history'
> & {
  readonly parameters: Readonly<Record<string, number>>;
  /** Over the limits, K; null without limits */
  readonly excess: number | null;
  readonly cases: readonly {
    readonly name: string;
    readonly peakBefore: number;
    readonly peakAfter: number;
    readonly file: string;
  }[];
};

/** Reads a problem file, plans, and writes plan.json, a VTU file for each load case and report.html into a folder. */
export async function runControl(
  path: string,
  { out, signal, progress }: RunControlOptions,
): Promise<PlanSummary> {
  const file = await readConfig(path, problemSchema);
  const { problem, controls, goal } = await buildProblem(file, path);
  const surrogate =
    file.surrogate === undefined
      ? undefined
      : await openSurrogate(modelFiles(file.surrogate, resolve(dirname(path), file.surrogate)));
  try {
    const planned = await controlBoundary(problem, {
      controls,
      ...goal,
      method: file.method,
      seed: file.seed,
      surrogate,
      signal,
      progress,
    });
    const plan = inCelsius(planned);
    const names = plan.cases.map(({ name }, s) => `fields/${fileName(name, s)}.vtu`);
    plan.cases.forEach(({ before, after, predicted, source }, s) => {
      const cellData = { before, after, ...(predicted && { predicted }), source };
      const units = { before: '°C', after: '°C', predicted: '°C', source: 'W/m³' };
      writeFileAtomically(join(out, names[s]), writeVtu(problem.mesh, { cellData, units }));
    });
    const summary = summaryOf(plan, names);
    writeFileAtomically(join(out, 'plan.json'), `${JSON.stringify(summary, null, 2)}\n`);
    const report = controlReport(plan, {
      title: file.title ?? 'Boundary control',
      mesh: problem.mesh,
      limit: file.limit?.maximum,
      files: [
        { path: 'plan.json', description: 'the plan as data' },
        ...names.map((each, s) => ({ path: each, description: `${plan.cases[s].name}, before and after` })),
      ],
      hardware: describeHardware(),
    });
    writeFileAtomically(join(out, 'report.html'), report);
    return summary;
  } finally {
    await surrogate?.dispose();
  }
}

/** Problem files speak of °C, where `controlBoundary` has one kelvin as its step. */
function inCelsius(plan: ControlPlan): ControlPlan {
  const controls = plan.controls.map((each) =>
    each.quantity === 'temperature' ? { ...each, unit: '°C' } : each,
  );
  return { ...plan, controls };
}

function summaryOf(plan: ControlPlan, files: readonly string[]): PlanSummary {
  const { cases, boundaryConditions: _, parameters, parameterNames, excess, history: __, ...rest } = plan;
  return {
    ...rest,
    parameterNames,
    parameters: Object.fromEntries(parameterNames.map((name, j) => [name, parameters[j]])),
    excess: Number.isFinite(excess) ? excess : null,
    cases: cases.map(({ name, peakBefore, peakAfter }, s) => ({
      name,
      peakBefore,
      peakAfter,
      file: files[s],
    })),
  };
}

const fileName = (name: string, s: number) =>
  basename(`${s + 1}-${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`).replace(/-$/, '');
