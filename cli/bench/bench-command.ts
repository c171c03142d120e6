import { type Command, InvalidArgumentError, Option } from 'commander';
import { positive, positiveNumber } from '../numbers.js';
import { runWork } from '../run-work.js';
import { parseDuration } from '../train/duration.js';
import type { RunBenchOptions } from './prepare-bench.js';

interface BenchFlags extends RunBenchOptions {
  readonly json?: boolean;
  readonly dryRun?: boolean;
}

/** Adds `fieldsmith bench`. */
export function addBenchCommand(program: Command): void {
  program
    .command('bench')
    .description(
      "is a surrogate worth it for one's own problem: error and time of surrogate, hybrid and classical solvers, and a verdict",
    )
    .argument('<case>', 'problem file (.yaml), with a section queries for what is going to be asked')
    .option(
      '--model <model>',
      "run or model folder, .onnx file or name of a model of the package; the file's surrogate by default",
    )
    .option(
      '--train-budget <time>',
      'train a surrogate on this part first and count that, as 90s or 5m',
      duration,
    )
    .option('--queries <n>', "sources or boundary values on one mesh; the file's by default", positive)
    .option('--meshes <n>', "meshes alike; the file's by default", positive)
    .option('--error <e>', "accuracy wanted, relative L2, as 0.01; the file's by default", positiveNumber)
    .addOption(
      new Option('--device <name>', "where networks run; the file's by default").choices(['cpu', 'webgpu']),
    )
    .option('--case <name>', 'load case of the file')
    .option('--repeats <n>', 'rounds of the clock', positive, 5)
    .option('--threads <n>', 'threads of networks; one a core by default', positive)
    .option('--out <file>', 'report to write (.html)')
    .option('--dry-run', 'say what would be measured, and measure nothing')
    .option('--json', 'print all figures and the verdict as JSON')
    .addHelpText(
      'after',
      `
Examples: fieldsmith bench examples/bench/many-sources.yaml --out many-sources.html
          fieldsmith bench bracket.yaml --model runs/brackets --queries 500 --error 0.02
          fieldsmith bench bracket.yaml --train-budget 5m --out worth-it.html

It measures one's own problem on one's own machine. (The developers' comparison with other programs is npm run bench.)`,
    )
    .action(async (path: string, { json, dryRun, ...options }: BenchFlags) => {
      if (dryRun) {
        const { benchPlan, describeBenchPlan } = await import('./bench-plan.js');
        await runWork((watch) => benchPlan(path, options, watch), { json, describe: describeBenchPlan });
        return;
      }
      const { runBench } = await import('./run-bench.js');
      const { describeBench } = await import('./describe-bench.js');
      await runWork((watch) => runBench(path, options, watch), { json, describe: describeBench });
    });
}

function duration(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === undefined) throw new InvalidArgumentError('expected a time, as 90s or 5m.');
  return seconds;
}
