#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { FieldsmithError } from '../common/errors.js';
import { packageFile } from '../common/package-file.js';
import { addControlCommand } from './control/control-command.js';
import { interruptSignal } from './interrupt-signal.js';
import { positive, positiveNumber, whole } from './numbers.js';
import { addServeCommand } from './serve/serve-command.js';
import { terminalProgress } from './terminal-progress.js';
import { addTrainCommand } from './train/train-command.js';

const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string };

const program = new Command('fieldsmith')
  .description(
    'Train PDE surrogates under the supervision of classical solvers, certify and look at their answers.',
  )
  .version(version)
  .showHelpAfterError('(add --help for the options)')
  .configureHelp({ showGlobalOptions: true });

program
  .command('demo')
  .description('from nothing: meshes, label-free training, ONNX, evaluation, certified solves, report')
  .option('--out <folder>', 'folder of the run', 'runs/demo')
  .option('--seed <n>', 'seed of meshes, samples and network', whole, 1)
  .addOption(
    new Option('--recipe <name>', 'what is trained')
      .choices(['reduced-basis', 'npsolver', 'npsolver-small', 'linear-response'])
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
  .addHelpText('after', '\nExample: fieldsmith demo --minutes 2 --out runs/quick')
  .action(async (options) => {
    const { runDemo } = await import('./demo/demo.js');
    const { recordResult } = await import('./demo/record.js');
    const { accuracyTable, certificationTable, formatTable, timeTable } = await import('./demo/summary.js');
    const progress = terminalProgress();
    try {
      const result = await runDemo({
        ...options,
        cellCount: options.cells,
        trainingMeshes: options.meshes,
        samplesPerCategory: options.samples,
        signal: interruptSignal(),
        progress,
      });
      progress.stop();
      if (!result) {
        console.log(`interrupted; the same command continues the run in ${options.out}`);
        process.exitCode = 130;
        return;
      }
      if (options.record) recordResult(options.record, result, process.argv.slice(2));
      for (const table of [accuracyTable(result), certificationTable(result), timeTable(result)]) {
        console.log(`\n${formatTable(table)}`);
      }
      console.log(`
report    ${join(options.out, 'report.html')}
figures   ${join(options.out, 'summary.json')}
model     ${join(options.out, 'model/model.onnx')}
fields    ${join(options.out, 'fields')}/*.vtu (ParaView opens them)
look      npx fieldsmith view ${options.out}`);
    } finally {
      progress.stop();
    }
  });

addTrainCommand(program);
addControlCommand(program);
addServeCommand(program);

program
  .command('view')
  .description(
    'look at fields in the browser: of a run folder, a mesh or surface file, or of files dropped there',
  )
  .argument('[path]', 'run folder, or a file: .vtu, .pvd, .vtk, .msh, .stl, .obj, .ply, .glb')
  .option('--port <n>', 'port to listen on; any free one by default', whole, 0)
  .option('--host <address>', 'address to listen on', '127.0.0.1')
  .addHelpText('after', '\nExample: fieldsmith view runs/demo')
  .action(async (path: string | undefined, options: { port: number; host: string }) => {
    const { serveViewer } = await import('../viewer/index.js');
    const { url } = await serveViewer(path, options);
    console.log(`${path ?? 'The viewer'} at ${url} (ctrl-C ends)`);
  });

program
  .command('doctor')
  .description('what works on this machine: devices, ONNX Runtime, browser, and why not')
  .option('--json', 'print JSON')
  .action(async ({ json }: { json?: boolean }) => {
    const { diagnose, formatDiagnosis } = await import('./doctor.js');
    const diagnosis = await diagnose();
    console.log(json ? JSON.stringify(diagnosis, null, 2) : formatDiagnosis(diagnosis));
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof FieldsmithError)) throw error;
  console.error(`fieldsmith: ${error.message}`);
  process.exitCode = 1;
}
