import { type ChildProcess, spawn } from 'node:child_process';
import { packageFile } from '../../common/package-file.js';
import { readMetrics } from '../../training/index.js';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly errors: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts the built command in a folder; `onErrors` sees everything written to standard error so far. */
export function startCommand(
  folder: string,
  args: readonly string[],
  onErrors: (errors: string, child: ChildProcess) => void = () => {},
): Started {
  const child = spawn(process.execPath, [packageFile('dist/cli/main.js'), ...args], { cwd: folder });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
    onErrors(errors, child);
  });
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal, output, errors })),
  );
  return { child, ended };
}

/** Sends the signal once the run has logged so many steps to the file. */
export async function stopAfterSteps(
  { child, ended }: Started,
  metricsPath: string,
  steps: number,
  signal: NodeJS.Signals,
): Promise<Ended> {
  while (child.exitCode === null && readMetrics(metricsPath).length < steps) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  child.kill(signal);
  return ended;
}
