import { type Command, Option } from 'commander';
import type { NpsolverTaskName } from '../../datasets/index.js';
import { positive, positiveNumber, whole } from '../numbers.js';
import { runWork } from '../run-work.js';
import type { RunEvaluateOptions } from './run-evaluate.js';

// written out, since the module that owns them loads much more than `--help` needs
const TASKS = ['dirichlet', 'neumann', 'random-bc', 'cube', 'control'] satisfies NpsolverTaskName[];

interface EvaluateFlags extends RunEvaluateOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Adds `fieldsmith evaluate`. */
export function addEvaluateCommand(program: Command): void {
  program
    .command('evaluate')
    .description(
      'what a surrogate is worth: errors by category, certified solves, time against AMG at equal error',
    )
    .argument('<model>', 'run or model folder, .onnx file, or name of a model of the package')
    .addOption(
      new Option(
        '--task <name>',
        'test categories of a published task; by default what the run was trained on',
      )
        .choices(TASKS)
        .conflicts('parts'),
    )
    .option('--parts <path>', 'folder of parts, or a file, with loads as in training')
    .addOption(
      new Option('--cells <n>', 'cells of a mesh of the task, or in surfaces (.stl)')
        .argParser(positive)
        .conflicts('cellSize'),
    )
    .option('--cell-size <h>', 'edge length of the cells in surfaces (.stl)', positiveNumber)
    .option('--samples <n>', 'problems a category', positive, 10)
    .option(
      '--seed <n>',
      'of the problems; by default those that the errors of the run were measured on',
      whole,
    )
    .option('--threads <n>', 'threads of the network; one a core by default', positive)
    .option('--dry-run', 'read model and parts, say what would be asked, and end')
    .option('--json', 'print the figures as JSON')
    .addHelpText(
      'after',
      `
Examples: fieldsmith evaluate runs/parts
          fieldsmith evaluate runs/parts --parts other-parts/ --json
          fieldsmith evaluate random-bc --task random-bc --samples 20`,
    )
    .action(async (model: string, { json, dryRun, ...options }: EvaluateFlags) => {
      if (dryRun) {
        const { describeEvaluatePlan, evaluatePlan } = await import('./evaluate-plan.js');
        await runWork((watch) => evaluatePlan(model, options, watch), {
          json,
          describe: describeEvaluatePlan,
        });
        return;
      }
      const { runEvaluate } = await import('./run-evaluate.js');
      const { describeEvaluation } = await import('./describe-evaluation.js');
      await runWork((watch) => runEvaluate(model, options, watch), { json, describe: describeEvaluation });
    });
}
