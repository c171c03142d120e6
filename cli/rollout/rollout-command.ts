import type { Command } from 'commander';
import { positive, positiveNumber } from '../numbers.js';
import { runWork } from '../run-work.js';
import type { RolloutResult, RunRolloutOptions } from './run-rollout.js';

interface RolloutFlags extends RunRolloutOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Adds `fieldsmith rollout`. */
export function addRolloutCommand(program: Command): void {
  program
    .command('rollout')
    .description(
      'how long a learned time stepper can be trusted: roll-outs against stored trajectories, as a page',
    )
    .argument('<stepper>', '.onnx file of a time stepper, or a folder with one')
    .requiredOption('--data <file>', "trajectories of Burgers' equation in PDEBench's layout (.h5, .hdf5)")
    .option('--steps <n>', 'steps of each roll-out', positive, 200)
    .option('--samples <n>', 'trajectories, the first of the file; by default all', positive)
    .option('--space-stride <n>', 'every how many points of the file are used', positive, 1)
    .option('--viscosity <v>', 'ν of the data; by default that of training', positiveNumber)
    .option('--threads <n>', 'threads of the network; one a core by default', positive)
    .requiredOption('--out <file>', 'page to write (.html)')
    .option('--dry-run', 'read stepper and data, say what would be rolled out, and end')
    .option('--json', 'print the figures as JSON')
    .addHelpText(
      'after',
      '\nExample: fieldsmith rollout burgers.onnx --data 1D_Burgers_Sols_Nu0.01.hdf5 --samples 32 --steps 100 --out rollout.html',
    )
    .action(async (stepper: string, { json, dryRun, ...options }: RolloutFlags) => {
      if (dryRun) {
        const { describeRolloutPlan, rolloutPlan } = await import('./rollout-plan.js');
        await runWork((watch) => rolloutPlan(stepper, options, watch), {
          json,
          describe: describeRolloutPlan,
        });
        return;
      }
      const { runRollout } = await import('./run-rollout.js');
      await runWork((watch) => runRollout(stepper, options, watch), { json, describe });
    });
}

function describe({ operator, trajectories, steps, figures, report }: RolloutResult): string {
  const width = Math.max(...figures.map(({ label }) => label.length));
  return `${operator}: ${trajectories} roll-outs of ${steps} steps
${figures.map(({ label, value, note }) => `  ${label.padEnd(width)}  ${value}${note ? `  (${note})` : ''}`).join('\n')}

report    ${report}`;
}
