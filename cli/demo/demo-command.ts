import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { positive, positiveNumber, whole } from '../numbers.js';
import { runWork } from '../run-work.js';
import type { RecipeName } from './recipes.js';

interface ShellOptions {
  readonly out: string;
  readonly seed: number;
  readonly recipe: RecipeName;
  readonly steps?: number;
  readonly minutes?: number;
  readonly cells: number;
  readonly meshes: number;
  readonly samples: number;
  readonly pretrained?: string;
  readonly record?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Adds `fieldsmith demo`. */
export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('from nothing: meshes, label-free training, ONNX, evaluation, certified solves, report')
    .option('--out <folder>', 'folder of the run', 'runs/demo')
    .option('--seed <n>', 'seed of meshes, samples and network', whole, 1)
    .addOption(
      new Option('--recipe <name>', 'what is trained')
        .choices([
          'reduced-basis',
          'part-basis',
          'npsolver',
          'npsolver-small',
          'linear-response',
        ] satisfies RecipeName[])
        .default('reduced-basis'),
    )
    .addOption(
      new Option('--steps <n>', "optimizer steps instead of the recipe's number")
        .argParser(positive)
        .conflicts('minutes'),
    )
    .option('--minutes <t>', 'training time instead of a number of steps', positiveNumber)
    .option('--cells <n>', 'cells of a part', positive, 1000)
    .option('--meshes <n>', 'training parts', positive, 100)
    .option('--samples <n>', 'held-out samples a category', positive, 20)
    .addOption(
      new Option('--pretrained [name]', 'a model that comes with the package in place of a training')
        .preset('random-bc')
        .conflicts(['steps', 'minutes', 'meshes', 'recipe']),
    )
    .option('--record <file>', 'add a row to a JSON file of results and write the table beside it')
    .option('--dry-run', 'say what would be done, and end')
    .option('--json', 'print the figures as JSON')
    .addHelpText('after', '\nExample: fieldsmith demo --minutes 2 --out runs/quick')
    .action(demoFromShell);
}

async function demoFromShell(options: ShellOptions): Promise<void> {
  const {
    out,
    json,
    record,
    dryRun,
    cells: cellCount,
    meshes: trainingMeshes,
    samples: samplesPerCategory,
  } = options;
  const all = { ...options, cellCount, trainingMeshes, samplesPerCategory };
  if (dryRun) {
    const { demoPlan, describeDemoPlan } = await import('./demo-plan.js');
    await runWork(async () => demoPlan(all), { json, describe: describeDemoPlan });
    return;
  }
  const { runDemo } = await import('./demo.js');
  const { recordResult } = await import('./record.js');
  const { accuracyTable, certificationTable, formatTable, summaryOf, timeTable } = await import(
    './summary.js'
  );
  await runWork(
    async (watch) => {
      const result = await runDemo({ ...all, ...watch });
      if (result && record) recordResult(record, result, process.argv.slice(2));
      return result;
    },
    {
      json,
      figures: summaryOf,
      describe: (result) => `${[accuracyTable(result), certificationTable(result), timeTable(result)]
        .map((table) => `\n${formatTable(table)}`)
        .join('\n')}

report    ${join(out, 'report.html')}
figures   ${join(out, 'summary.json')}
model     ${join(out, 'model/model.onnx')}
fields    ${join(out, 'fields')}/*.vtu (ParaView opens them)
look      npx fieldsmith view ${out}`,
      interrupted: `interrupted; the same command continues the run in ${out}`,
    },
  );
}
