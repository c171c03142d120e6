import { Piscina } from 'piscina';
import { type FieldsmithError, InvalidInputError } from '../common/errors.js';
import { packageFile } from '../common/package-file.js';
import { type Progress, silentProgress } from '../common/progress.js';

export interface InWorkersOptions<Request, Answer> {
  /** Of the caller, for errors */
  name: string;
  /** Built entry file of the worker, from the package's root */
  file: string;
  /** What the worker does, for the calling thread when there are no workers */
  run: (request: Request) => Answer;
  workers: number;
  /** The error to throw for a request that failed */
  failed: (index: number, cause: unknown) => FieldsmithError;
  phase: string;
  progress?: Progress;
  signal?: AbortSignal;
}

/** The answers in the order of the requests, from worker threads or, with none, from the calling thread. */
export async function inWorkers<Request, Answer>(
  requests: readonly Request[],
  options: InWorkersOptions<Request, Answer>,
): Promise<Answer[]> {
  const { name, file, run, workers, failed, phase, progress = silentProgress, signal } = options;
  if (!Number.isInteger(workers) || workers < 0) {
    throw new InvalidInputError(`${name}: workers must be an integer of at least 0, got ${workers}`);
  }
  let done = 0;
  const report = () => progress.update(phase, ++done, requests.length);
  if (workers === 0) {
    return requests.map((request, index) => {
      signal?.throwIfAborted();
      try {
        return run(request);
      } catch (cause) {
        throw failed(index, cause);
      } finally {
        report();
      }
    });
  }
  const pool = new Piscina({ filename: packageFile(file), maxThreads: workers });
  const answers: Answer[] = [];
  let next = 0;
  let failure: FieldsmithError | undefined;
  const takeTurns = async () => {
    // running tasks are left to end: the pool takes an answer that it no longer expects for an error of its own
    while (next < requests.length && !failure && !signal?.aborted) {
      const index = next++;
      try {
        answers[index] = await pool.run(requests[index]);
        report();
      } catch (cause) {
        // thread borders keep an error's message and not its class
        failure ??= failed(index, cause);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: workers }, takeTurns));
  } finally {
    await pool.destroy();
  }
  if (failure) throw failure;
  signal?.throwIfAborted();
  return answers;
}
