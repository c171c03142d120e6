import { vi } from 'vitest';
import { runCommandLine } from '../../cli/run-command-line.js';

export interface Outcome {
  readonly code: number;
  readonly output: string;
  /** Standard error without the JSON lines of progress */
  readonly errors: string;
}

/** Runs the command in this process, which takes milliseconds where a process of its own takes seconds. */
export async function runInProcess(...args: string[]): Promise<Outcome> {
  let [output, errors] = ['', ''];
  const line = (values: unknown[]) => `${values.join(' ')}\n`;
  const spies = [
    vi.spyOn(console, 'log').mockImplementation((...values) => {
      output += line(values);
    }),
    vi.spyOn(console, 'error').mockImplementation((...values) => {
      errors += line(values);
    }),
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      output += text;
      return true;
    }),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      errors += text;
      return true;
    }),
  ];
  const before = process.exitCode;
  try {
    const code = await runCommandLine(args);
    const said = errors.split('\n').filter((each) => !each.startsWith('{'));
    return { code, output, errors: said.join('\n') };
  } finally {
    for (const spy of spies) spy.mockRestore();
    // the test run has an exit code of its own
    process.exitCode = before;
  }
}

/** The same with ctrl-C as soon as the command listens for it. */
export async function interruptInProcess(...args: string[]): Promise<Outcome> {
  const before = process.listeners('SIGINT');
  const outcome = runInProcess(...args);
  for (let turn = 0; turn < 2000; turn++) {
    const own = process.listeners('SIGINT').filter((listener) => !before.includes(listener));
    if (own.length > 0) {
      for (const listener of own) listener('SIGINT');
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return outcome;
}
