import { join } from 'node:path';
import type { Command } from 'commander';
import { EXIT } from '../exit-codes.js';
import { runWork } from '../run-work.js';
import type { PlanSummary } from './run-control.js';

/** Adds `fieldsmith control`. */
export function addControlCommand(program: Command): void {
  program
    .command('control')
    .description('boundary temperatures, fluxes or coolant coefficients that keep a part within its limits')
    .argument('<problem>', 'problem file (.yaml), or a module that exports one (.ts, .mjs)')
    .option('--out <folder>', 'folder for plan, fields and report', 'runs/control')
    .option('--dry-run', 'read the problem, make its mesh, say what would be planned, and end')
    .option('--json', 'print the plan as JSON')
    .addHelpText(
      'after',
      '\nExample: fieldsmith control examples/control/heat-spreader.yaml --out runs/spreader',
    )
    .action(
      async (path: string, { out, json, dryRun }: { out: string; json?: boolean; dryRun?: boolean }) => {
        if (dryRun) {
          const { controlOutline, describeOutline } = await import('./control-outline.js');
          await runWork(({ signal }) => controlOutline(path, signal), { json, describe: describeOutline });
          return;
        }
        const { runControl } = await import('./run-control.js');
        const summary = await runWork((watch) => runControl(path, { out, ...watch }), {
          json,
          describe: (plan) => described(plan, out),
        });
        // a plan that keeps the limits, or not
        if (summary && summary.verdict !== 'success') process.exitCode = EXIT.limits;
      },
    );
}

function described(summary: PlanSummary, out: string): string {
  const { sentence, method, reason, controls, cases } = summary;
  const width = Math.max(...controls.map(({ name }) => name.length), ...cases.map(({ name }) => name.length));
  const round = (value: number) => Number(value.toPrecision(5));
  const settings = controls.map(({ name, quantity, unit, least, largest, parameters }) => {
    const values = Object.values(parameters);
    const value =
      values.length > 1 && values.length <= 6
        ? values.map(round).join(', ')
        : least === largest
          ? round(least)
          : `${round(least)} … ${round(largest)}`;
    return `  ${name.padEnd(width)}  ${quantity} ${value} ${unit}`;
  });
  const peaks = cases.map(
    ({ name, peakBefore, peakAfter }) =>
      `  ${name.padEnd(width)}  peak ${round(peakBefore)} → ${round(peakAfter)} °C`,
  );
  return `
${sentence}
method ${method}: ${reason}

${settings.join('\n')}
${peaks.join('\n')}

report    ${join(out, 'report.html')}
plan      ${join(out, 'plan.json')}
fields    ${join(out, 'fields')}/*.vtu (ParaView opens them)`;
}
