import { type Command, InvalidArgumentError, Option } from 'commander';
import type { NpsolverTaskName } from '../../datasets/index.js';
import type { SupervisionConfig, SupervisionName, SupervisionPreconditioner } from '../../operators/index.js';
import type { RecipeName } from '../demo/recipes.js';
import { positive, positiveEven, positiveNumber, whole } from '../numbers.js';
import { runWork } from '../run-work.js';
import { parseDuration } from './duration.js';
import type { PartsRequest } from './parts-subject.js';
import type { TaskRequest } from './task-subject.js';
import type { TrainSummary, TrainSurrogateOptions } from './train-surrogate.js';

// written out, since the modules that own them load much more than `--help` needs
const TASKS = ['dirichlet', 'neumann', 'random-bc', 'cube', 'control'] satisfies NpsolverTaskName[];
const RECIPES = [
  'reduced-basis',
  'part-basis',
  'npsolver',
  'npsolver-small',
  'linear-response',
] satisfies RecipeName[];
const SUPERVISIONS = ['residual', 'pcg-steps', 'hybrid', 'energy', 'labels'] satisfies SupervisionName[];
const PRECONDITIONERS = [
  'jacobi',
  'ssor',
  'chebyshev',
  'ic',
  'amg',
  'cholesky',
] satisfies SupervisionPreconditioner[];

/** Adds `fieldsmith train`. */
export function addTrainCommand(program: Command): void {
  program
    .command('train')
    .description("train a surrogate on one's own parts or one of NPSolver's tasks, evaluate and export it")
    .addOption(new Option('--task <name>', 'published task to learn').choices(TASKS))
    .addOption(
      new Option(
        '--parts <path>',
        'folder of own parts (.vtu, .msh, .vtk, .stl) of which every fourth is held out, or one such file or .yaml',
      ).conflicts(['task', 'meshes']),
    )
    .option(
      '--dirichlet <patches...>',
      'patches of the parts at given temperatures; by default each patch at random',
    )
    .option(
      '--flux <patches...>',
      'patches that heat comes through; by default all that are not at a temperature',
    )
    .option(
      '--modes <n>',
      'modes along each axis of the heat produced inside the parts, even (4)',
      positiveEven,
    )
    .addOption(
      new Option('--cell-size <h>', 'edge length of the cells in surfaces (.stl), in their unit')
        .argParser(positiveNumber)
        .conflicts('cells'),
    )
    .requiredOption('--out <folder>', 'folder of the run')
    .addOption(
      new Option('--budget <time>', 'training time, as 90s, 5m or 2h').argParser(duration).conflicts('steps'),
    )
    .option('--steps <n>', "optimizer steps instead of a time; by default the recipe's number", positive)
    .addOption(
      new Option(
        '--recipe <name>',
        'network and its training; by default reduced-basis for tasks, part-basis for parts',
      ).choices(RECIPES),
    )
    .addOption(new Option('--supervise <name>', "loss instead of the recipe's").choices(SUPERVISIONS))
    .addOption(
      new Option('--preconditioner <name>', 'of the steps that pcg-steps and hybrid take').choices(
        PRECONDITIONERS,
      ),
    )
    .option('--pcg-steps <n>', 'number of these steps', positive)
    .option('--cells <n>', "cells of a mesh; by default the task's, and 10000 in surfaces (.stl)", positive)
    .option('--meshes <n>', "training meshes; by default the task's", positive)
    .option('--samples <n>', 'held-out samples a category', positive, 20)
    .option('--seed <n>', 'seed of meshes, samples and network', whole, 1)
    .option('--threads <n>', 'threads of the network; one a core by default', positive)
    .option('--resume', 'continue the run in --out', false)
    .option('--dry-run', 'make the meshes, say what would be trained, and end', false)
    .option('--json', 'print the summary as JSON', false)
    .addHelpText(
      'after',
      `
Examples: fieldsmith train --parts parts/ --dirichlet base --flux heated --budget 5m --out runs/parts
          fieldsmith train --task random-bc --budget 5m --out runs/random-bc`,
    )
    .action(trainFromShell);
}

interface ShellOptions
  extends Omit<TrainSurrogateOptions, 'subject' | 'supervise' | 'budgetSeconds' | 'signal' | 'progress'>,
    Partial<TaskRequest>,
    Partial<PartsRequest> {
  readonly budget?: number;
  readonly supervise?: SupervisionConfig['name'];
  readonly preconditioner?: string;
  readonly pcgSteps?: number;
  readonly dryRun: boolean;
  readonly json: boolean;
}

async function trainFromShell(
  { budget, json, dryRun, ...options }: ShellOptions,
  command: Command,
): Promise<void> {
  const supervise = supervisionOf(options, command);
  const subject = subjectOf(options, command);
  const { trainSurrogate } = await import('./train-surrogate.js');
  const { percent } = await import('../demo/demo-result.js');
  const { out, recipe, steps, seed, samples, resume, threads } = options;
  const settings = {
    subject,
    out,
    recipe,
    supervise,
    steps,
    budgetSeconds: budget,
    seed,
    samples,
    resume,
    threads,
  };
  if (dryRun) {
    const { describePlan, trainingPlan } = await import('./training-plan.js');
    await runWork((watch) => trainingPlan({ ...settings, ...watch }), { json, describe: describePlan });
    return;
  }
  await runWork((watch) => trainSurrogate({ ...settings, ...watch }), {
    json,
    describe: (summary) => described(summary, percent),
    interrupted: `interrupted; continue with: fieldsmith ${resumingArguments().join(' ')}`,
  });
}

const MODES = 4;

function subjectOf(
  options: Partial<TaskRequest> & Partial<PartsRequest>,
  command: Command,
): TaskRequest | PartsRequest {
  const { task, parts, cells, meshes, cellSize, dirichlet, flux, modes } = options;
  if (parts !== undefined) return { parts, cells, cellSize, dirichlet, flux, modes: modes ?? MODES };
  const given = Object.entries({ dirichlet, flux, modes, 'cell-size': cellSize }).find(
    ([, value]) => value !== undefined,
  );
  if (given) command.error(`error: --${given[0]} belongs to --parts`);
  if (task === undefined) {
    command.error(`error: give --parts with a folder or file of your own, or --task: ${TASKS.join(', ')}`);
  }
  return { task, cells, meshes };
}

function supervisionOf(
  { supervise, preconditioner, pcgSteps }: Pick<ShellOptions, 'supervise' | 'preconditioner' | 'pcgSteps'>,
  command: Command,
): SupervisionConfig | undefined {
  const steps = supervise === 'pcg-steps' || supervise === 'hybrid';
  if (!steps && (preconditioner !== undefined || pcgSteps !== undefined)) {
    command.error('error: --preconditioner and --pcg-steps belong to --supervise pcg-steps or hybrid');
  }
  if (supervise === undefined) return undefined;
  // the loss says what it does not take
  return (
    steps ? { name: supervise, preconditioner, steps: pcgSteps } : { name: supervise }
  ) as SupervisionConfig;
}

function resumingArguments(): string[] {
  const given = process.argv.slice(2);
  return given.includes('--resume') ? given : [...given, '--resume'];
}

function described(summary: TrainSummary, percent: (value: number) => string): string {
  const { task, parts, recipe, steps, trainingSeconds, samples, meanRelativeL2, categories } = summary;
  const width = Math.max(...Object.keys(categories).map((name) => name.length));
  return `
${task ?? parts}, ${recipe}: ${steps} steps in ${trainingSeconds.toFixed(0)} s
relative L2 error on ${samples} held-out samples: ${percent(meanRelativeL2)}
${Object.entries(categories)
  .map(([name, error]) => `  ${name.padEnd(width)}  ${percent(error)}`)
  .join('\n')}

model     ${summary.model}
figures   ${summary.run}/summary.json
next      npx fieldsmith evaluate ${summary.run}`;
}

function duration(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === undefined) throw new InvalidArgumentError('expected a time, as 90s, 5m or 2h.');
  return seconds;
}
