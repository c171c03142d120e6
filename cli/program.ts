import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { packageFile } from '../common/package-file.js';
import { addBenchCommand } from './bench/bench-command.js';
import { addCompletionCommand } from './completion/completion-command.js';
import { addControlCommand } from './control/control-command.js';
import { addConvertCommand } from './convert/convert-command.js';
import { addDemoCommand } from './demo/demo-command.js';
import { addDoctorCommand } from './doctor/doctor-command.js';
import { addEvaluateCommand } from './evaluate/evaluate-command.js';
import { addExportCommand } from './export/export-command.js';
import { addMeshCommand } from './mesh/mesh-command.js';
import { addRolloutCommand } from './rollout/rollout-command.js';
import { addServeCommand } from './serve/serve-command.js';
import { addSolveCommand } from './solve/solve-command.js';
import { addTrainCommand } from './train/train-command.js';
import { addViewCommand } from './view/view-command.js';

/** The command with all its subcommands, in the order in which one uses them. */
export function createProgram(): Command {
  const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string };
  const program = new Command('fieldsmith')
    .description(
      'Train PDE surrogates under the supervision of classical solvers, certify and look at their answers.',
    )
    .version(version)
    .showHelpAfterError('(add --help for the options)')
    .configureHelp({ showGlobalOptions: true })
    // errors in arguments are thrown, and become exit code 2
    .exitOverride();
  addDemoCommand(program);
  addMeshCommand(program);
  addConvertCommand(program);
  addTrainCommand(program);
  addEvaluateCommand(program);
  addBenchCommand(program);
  addExportCommand(program);
  addSolveCommand(program);
  addControlCommand(program);
  addRolloutCommand(program);
  addViewCommand(program);
  addServeCommand(program);
  addDoctorCommand(program);
  addCompletionCommand(program);
  return program;
}
