import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { packageFile } from '../common/package-file.js';
import {
  type ConstraintExecutor,
  isKnownFamily,
  onThisThread,
  type SolveRequest,
} from '../operators/index.js';
import type { ConstraintMessage } from './constraint-worker.js';

export interface ConstraintPool {
  /** For the option `executor` of constrained operators and their losses. */
  readonly executor: ConstraintExecutor;
  close(): Promise<void>;
}

/**
 * Solves constraints in worker threads: samples side by side, and the experts of a sample where they solve for themselves. The network's
 * threads wait meanwhile, so there are as many as cores. The same bytes as on the calling thread, whatever the number of threads.
 *
 * Families that `constraintFamily` does not know by name stay on the calling thread: a function cannot be sent.
 */
export function constraintPool(threads = availableParallelism()): ConstraintPool {
  const pool = new Piscina({
    filename: packageFile('dist/training/constraint-worker.js'),
    minThreads: threads,
    maxThreads: threads,
  });
  const running = new Set<Promise<unknown>>();
  const ask = async <Answer>(kind: ConstraintMessage['kind'], request: SolveRequest): Promise<Answer> => {
    const { name, options } = request.family;
    // a copy of its own: a view would be sent with the whole batch behind it
    const basis = request.basis.slice();
    const message = { kind, request: { ...request, family: { name, options }, basis } } as ConstraintMessage;
    const answer: Promise<Answer> = pool.run(message, { transferList: [basis.buffer] });
    running.add(answer);
    try {
      return await answer;
    } finally {
      running.delete(answer);
    }
  };
  const all =
    <Request extends SolveRequest, Answer>(
      kind: ConstraintMessage['kind'],
      here: (requests: readonly Request[]) => Answer[] | Promise<Answer[]>,
    ) =>
    (requests: readonly Request[]): Answer[] | Promise<Answer[]> =>
      requests.every(({ family }) => isKnownFamily(family))
        ? Promise.all(requests.map((request) => ask<Answer>(kind, request)))
        : here(requests);
  return {
    executor: {
      solve: all('solve', onThisThread.solve),
      adjoint: all('adjoint', onThisThread.adjoint),
      loss: all('loss', onThisThread.loss),
    },
    async close() {
      // the pool takes an answer that it no longer expects for an error of its own
      await Promise.allSettled(running);
      await pool.destroy();
    },
  };
}
