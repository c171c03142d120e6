import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { packageFile } from '../common/package-file.js';
import type { BuildBatch } from './batch-queue.js';
import { type BatchPlan, type PreparedBatch, prepareBatch, withMeshes } from './poisson-batch.js';

export interface BatchBuilder {
  build: BuildBatch;
  close(): Promise<void>;
}

/** Half of the cores: the other half takes the training step. */
export const defaultWorkers = () => Math.max(1, availableParallelism() >> 1);

/**
 * Builds a plan's batches in worker threads, or on the calling thread with 0 workers. Batch i is the same bytes
 * whatever the number of workers and the order of asking.
 */
export function batchBuilder(plan: BatchPlan, workers = defaultWorkers()): BatchBuilder {
  if (workers === 0) {
    return {
      build: async (index) => withMeshes(plan.task, prepareBatch(plan, index)),
      close: async () => {},
    };
  }
  const pool = new Piscina({
    filename: packageFile('dist/training/batch-worker.js'),
    workerData: plan,
    minThreads: workers,
    maxThreads: workers,
  });
  const running = new Set<Promise<PreparedBatch>>();
  return {
    async build(index) {
      const prepared: Promise<PreparedBatch> = pool.run(index);
      running.add(prepared);
      try {
        return withMeshes(plan.task, await prepared);
      } finally {
        running.delete(prepared);
      }
    },
    async close() {
      // the pool takes an answer that it no longer expects for an error of its own
      await Promise.allSettled(running);
      await pool.destroy();
    },
  };
}
