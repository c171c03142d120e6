import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { packageFile } from '../common/package-file.js';

/**
 * A peer's script that stays up and answers one line of JSON for each line of JSON, so that single calls of ours and
 * of the peer can alternate. Answers `{ "missing": … }` when a package is not installed.
 */
export interface PeerProcess {
  /** The answer, or null when the peer is not installed. @throws Error when the peer fails */
  ask<Answer>(question: unknown): Promise<Answer | null>;
  stop(): void;
}

export const startPeer = (script: string, python = 'python3'): PeerProcess =>
  startProcess(python, [packageFile(`bench/peers/${script}`)]);

/** The same for any program. */
export function startProcess(command: string, args: readonly string[]): PeerProcess {
  // settings that some machines carry for old builds of OpenBLAS and that slow current ones
  const { OPENBLAS_CORETYPE: _type, OPENBLAS_L2_SIZE: _size, ...environment } = process.env;
  const child: ChildProcess = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: environment,
  });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  let absent = false;
  child.on('error', () => {
    absent = true;
  });
  child.stdin!.on('error', () => {});
  return {
    ask: async <Answer>(question: unknown): Promise<Answer | null> => {
      if (absent) return null;
      child.stdin!.write(`${JSON.stringify(question)}\n`);
      const line = await lines.next();
      if (line.done) {
        if (absent) return null;
        throw new Error(`bench: ${args[0]} ended without an answer to ${JSON.stringify(question)}`);
      }
      const answer = JSON.parse(line.value) as Answer & { missing?: string };
      return answer.missing === undefined ? answer : null;
    },
    stop: () => {
      child.stdin!.end();
    },
  };
}
