import { Argument, type Command } from 'commander';
import { describedCommands } from './described-commands.js';
import { completionScript, SHELLS, type Shell } from './shell-scripts.js';

/** Adds `fieldsmith completion`. */
export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .description('script that makes a shell complete commands, options and files')
    .addArgument(new Argument('<shell>', 'which one').choices(SHELLS))
    .addHelpText('after', '\nExample: source <(fieldsmith completion bash)')
    .action((shell: Shell) => {
      console.log(completionScript(shell, describedCommands(program)).trimEnd());
    });
}
