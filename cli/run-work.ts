import { EXIT } from './exit-codes.js';
import { interruptSignal } from './interrupt-signal.js';
import { terminalProgress } from './terminal-progress.js';

export interface WorkWatch {
  readonly signal: AbortSignal;
  readonly progress: ReturnType<typeof terminalProgress>;
}

export interface WorkOutput<T> {
  /** Print the result as JSON */
  readonly json?: boolean;
  /** What of the result is printed as JSON; all of it by default */
  readonly figures?: (result: T) => unknown;
  /** The result in words */
  readonly describe: (result: T) => string;
  /** What to say where ctrl-C ended the work; undefined for a result means that too */
  readonly interrupted?: string;
}

/**
 * Runs the work of a command and prints its result: progress goes to standard error, the first ctrl-C to the signal. Where that
 * ended the work the exit code is 130.
 *
 * @returns undefined after ctrl-C
 */
export async function runWork<T>(
  work: (watch: WorkWatch) => Promise<T | undefined>,
  { json, figures, describe, interrupted = 'interrupted; nothing was written' }: WorkOutput<T>,
): Promise<T | undefined> {
  const progress = terminalProgress();
  const { signal, release } = interruptSignal();
  let result: T | undefined;
  try {
    result = await work({ signal, progress });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    progress.stop();
    release();
  }
  if (result === undefined) {
    // JSON is for programs: they get no sentence where they expect figures
    (json ? console.error : console.log)(interrupted);
    process.exitCode = EXIT.interrupted;
    return undefined;
  }
  console.log(json ? JSON.stringify(figures ? figures(result) : result, null, 2) : describe(result));
  return result;
}
