import { MessageChannel, type Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { packageFile } from '../common/package-file.js';
import { busy, HttpProblem } from './http-problem.js';
import type { Job, JobAnswers, JobMessage, JobOutcome } from './jobs.js';
import type { MeshLimits } from './mesh-from-request.js';
import type { ServedModel } from './models.js';

export interface JobPoolOptions {
  readonly models: readonly ServedModel[];
  readonly workers: number;
  /** Jobs that may wait for a worker */
  readonly queue: number;
  /** Longest time from a job's admission to its answer */
  readonly answerMilliseconds: number;
  readonly limits: MeshLimits;
  /** Told of workers that end, and why */
  readonly onWorkerLost?: (reason: string) => void;
}

export interface RunOptions {
  /** Ends the job: at its next pause, and with its worker if that does not come soon. */
  readonly signal: AbortSignal;
  /** Handed over rather than copied */
  readonly transfer?: readonly ArrayBuffer[];
}

/** Worker threads with a bounded queue before them. */
export interface JobPool {
  /**
   * @throws HttpProblem 422 for what the job refuses, 503 when the queue is full or closed, 504 after `answerMilliseconds`,
   * 500 when the worker ends; the signal's reason; any other error of the job as it is
   */
  run<K extends Job['kind']>(job: Extract<Job, { kind: K }>, options: RunOptions): Promise<JobAnswers[K]>;
  readonly running: number;
  readonly waiting: number;
  readonly threads: readonly Worker[];
  /** Ends all jobs and workers. */
  close(): Promise<void>;
}

/** Time that a job is given to end by itself when it is no longer wanted; then its worker is ended. */
const GRACE_MILLISECONDS = 1000;

export function jobPool(options: JobPoolOptions): JobPool {
  const { workers, queue, answerMilliseconds, limits } = options;
  const pool = new Piscina<JobMessage, JobOutcome>({
    filename: packageFile('dist/server/job-worker.js'),
    minThreads: workers,
    maxThreads: workers,
    workerData: options.models,
  });
  // an answer that arrives after its job was given up
  pool.on('error', () => {});
  const turns: (() => void)[] = [];
  const stops = new Set<(reason: unknown) => void>();
  let running = 0;
  let closed = false;

  const takeTurn = async (signal: AbortSignal) => {
    if (running < workers) {
      running++;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const giveUp = () => {
        turns.splice(turns.indexOf(turn), 1);
        reject(signal.reason);
      };
      const turn = () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      signal.addEventListener('abort', giveUp, { once: true });
      turns.push(turn);
    });
  };
  const endTurn = () => {
    const next = turns.shift();
    // the turn goes on to the next one
    if (next) next();
    else running--;
  };

  const perform = async (job: Job, signal: AbortSignal, transfer: readonly ArrayBuffer[]) => {
    const { port1, port2 } = new MessageChannel();
    const hard = new AbortController();
    let grace: NodeJS.Timeout | undefined;
    const soft = () => {
      port1.postMessage('abort');
      grace = setTimeout(() => hard.abort(), GRACE_MILLISECONDS);
    };
    signal.addEventListener('abort', soft, { once: true });
    try {
      return await pool.run(
        { job, limits, abortPort: port2 },
        { signal: hard.signal, transferList: [port2, ...transfer] },
      );
    } catch (error) {
      if (!signal.aborted && endedWithWorker(error)) {
        options.onWorkerLost?.((error as Error).message);
        throw new HttpProblem(500, workerLost(error as NodeJS.ErrnoException), {
          kind: 'WorkerLost',
          cause: error,
        });
      }
      throw error;
    } finally {
      signal.removeEventListener('abort', soft);
      clearTimeout(grace);
      port1.close();
      if (hard.signal.aborted) options.onWorkerLost?.('its job did not end when it was no longer wanted');
    }
  };

  const run = async (job: Job, { signal, transfer = [] }: RunOptions) => {
    signal.throwIfAborted();
    if (closed) throw busy(503, 'ShuttingDown', 'jobs: the service is shutting down');
    if (running >= workers && turns.length >= queue) {
      throw busy(503, 'QueueFull', `jobs: ${queue} requests are waiting already; come again later`);
    }
    const own = new AbortController();
    const stop = (reason: unknown) => own.abort(reason);
    const leave = () => stop(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    stops.add(stop);
    const deadline = setTimeout(() => stop(tooLong(answerMilliseconds)), answerMilliseconds);
    try {
      await takeTurn(own.signal);
      try {
        const outcome = await perform(job, own.signal, transfer);
        own.signal.throwIfAborted();
        if (outcome.kind === 'done') return outcome.answer;
        if (outcome.kind === 'aborted') throw new Error('jobs: a job ended that nobody had ended');
        throw new HttpProblem(422, outcome.message, { kind: outcome.name });
      } finally {
        endTurn();
      }
    } catch (error) {
      throw own.signal.aborted ? own.signal.reason : error;
    } finally {
      clearTimeout(deadline);
      signal.removeEventListener('abort', leave);
      stops.delete(stop);
    }
  };

  return {
    run: run as JobPool['run'],
    get running() {
      return running;
    },
    get waiting() {
      return turns.length;
    },
    get threads() {
      return pool.threads;
    },
    async close() {
      closed = true;
      for (const stop of stops) stop(busy(503, 'ShuttingDown', 'jobs: the service is shutting down'));
      await pool.destroy();
    },
  };
}

function tooLong(milliseconds: number): HttpProblem {
  return new HttpProblem(504, `jobs: no answer within ${milliseconds / 1000} s; ask for a smaller problem`, {
    kind: 'AnswerTimeout',
  });
}

/** Piscina's own error, and those with which threads end. */
function endedWithWorker(error: unknown): boolean {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return code === 'ERR_WORKER_OUT_OF_MEMORY' || /^worker exited with code/.test(message);
}

function workerLost({ code }: NodeJS.ErrnoException): string {
  return code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? 'jobs: the request needed more memory than a worker has; ask for a smaller problem'
    : 'jobs: the worker that did this request ended; it has been replaced, ask again';
}
