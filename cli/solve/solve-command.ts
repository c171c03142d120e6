import type { Command } from 'commander';
import { positiveNumber } from '../numbers.js';
import { runWork } from '../run-work.js';
import type { RunSolveOptions } from './run-solve.js';

interface SolveFlags extends RunSolveOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Adds `fieldsmith solve`. */
export function addSolveCommand(program: Command): void {
  program
    .command('solve')
    .description(
      'temperatures of a part, certified by a computed residual; in time where the file has a section time',
    )
    .argument('<problem>', 'problem file (.yaml), or a module that exports one (.ts, .mjs)')
    .option(
      '--model <model>',
      "run or model folder, .onnx file or name of a model of the package to start from; the file's surrogate by default",
    )
    .option('--out <file>', 'field to write: .vtu, .vtk, .msh; in time a series: .pvd')
    .option('--tolerance <r>', 'on the relative residual', positiveNumber, 1e-8)
    .option('--case <name>', 'load case of the file')
    .option('--dry-run', 'read the problem, make its mesh, say what would be solved, and end')
    .option('--json', 'print temperatures, heat balance and certificate as JSON')
    .addHelpText(
      'after',
      `
Examples: fieldsmith solve examples/solve/heated-plate.yaml --out plate.vtu
          fieldsmith solve examples/solve/quench.yaml --out quench.pvd
          fieldsmith solve bracket.yaml --model runs/brackets --json`,
    )
    .action(async (path: string, { json, dryRun, ...options }: SolveFlags) => {
      if (dryRun) {
        const { describeSolvePlan, solvePlan } = await import('./solve-plan.js');
        await runWork((watch) => solvePlan(path, options, watch), { json, describe: describeSolvePlan });
        return;
      }
      const { runSolve } = await import('./run-solve.js');
      const { describeSolution } = await import('./describe-solution.js');
      await runWork((watch) => runSolve(path, options, watch), { json, describe: describeSolution });
    });
}
