import { Argument, type Command } from 'commander';
import { describedCommands } from './described-commands.js';
import { completionScript, SHELLS, type Shell } from './shell-scripts.js';

/** Adds `fieldsmith completion`. */
export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .description('script that makes a shell complete commands, options and files')
    .addArgument(new Argument('[shell]', 'which one').choices(SHELLS))
    .option(
      '--json',
      'print commands, options and their values as JSON instead, for other shells and programs',
    )
    .addHelpText('after', '\nExample: source <(fieldsmith completion bash)')
    .action((shell: Shell | undefined, { json }: { json?: boolean }, command: Command) => {
      const commands = describedCommands(program);
      if (json) return console.log(JSON.stringify(commands, null, 2));
      if (shell === undefined) command.error(`error: name a shell: ${SHELLS.join(', ')}`);
      console.log(completionScript(shell, commands).trimEnd());
    });
}
