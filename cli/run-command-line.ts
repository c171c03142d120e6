import { CommanderError } from 'commander';
import { FieldsmithError } from '../common/errors.js';
import { EXIT } from './exit-codes.js';
import { createProgram } from './program.js';

/**
 * Runs the command with the arguments after its name, and returns its exit code. Errors of the package end in a sentence on
 * standard error; any other is thrown.
 */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  process.exitCode = EXIT.ok;
  try {
    await createProgram().parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (!(error instanceof FieldsmithError)) throw error;
    console.error(`fieldsmith: ${error.message}`);
    return EXIT.error;
  }
  return Number(process.exitCode);
}
