import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { packageFile } from '../common/package-file.js';
import { type Progress, silentProgress } from '../common/progress.js';
import type { BuildBatch } from './batch-queue.js';
import type { BatchRequest } from './batch-worker.js';
import { labelStore } from './label-store.js';
import {
  type BatchPlan,
  type PreparedBatch,
  prepareBatch,
  prepareLabels,
  withMeshes,
} from './poisson-batch.js';

export interface BatchBuilder {
  build: BuildBatch;
  /**
   * Solves all of a labelled plan's `distinctSamples` now, with progress; batches otherwise solve what they need when they
   * first need it. Does nothing for other plans.
   *
   * @throws the signal's reason; solved samples stay solved
   */
  prepareLabels(options?: { progress?: Progress; signal?: AbortSignal }): Promise<void>;
  close(): Promise<void>;
}

/** Half of the cores: the other half takes the training step. */
export const defaultWorkers = () => Math.max(1, availableParallelism() >> 1);

/**
 * Builds a plan's batches in worker threads, or on the calling thread with 0 workers. Batch i is the same bytes
 * whatever the number of workers and the order of asking. Labels of a task of `distinctSamples` are solved once, in memory
 * that all workers share.
 */
export function batchBuilder(given: BatchPlan, workers = defaultWorkers()): BatchBuilder {
  const { task, labelled } = given;
  const fixed = labelled ? task.distinctSamples : undefined;
  const plan = fixed && !given.labels ? { ...given, labels: labelStore(task, fixed) } : given;
  const labelsOf =
    (prepare: (sample: number) => unknown, atOnce: number): BatchBuilder['prepareLabels'] =>
    async ({ progress = silentProgress, signal } = {}) => {
      let [next, done] = [0, 0];
      const takeTurns = async () => {
        while (fixed !== undefined && next < fixed) {
          signal?.throwIfAborted();
          await prepare(next++);
          progress.update('labels', ++done, fixed);
        }
      };
      await Promise.all(Array.from({ length: atOnce }, takeTurns));
    };
  if (workers === 0) {
    return {
      build: async (index) => withMeshes(task, prepareBatch(plan, index)),
      prepareLabels: labelsOf((sample) => prepareLabels(plan, sample), 1),
      close: async () => {},
    };
  }
  const pool = new Piscina({
    filename: packageFile('dist/training/batch-worker.js'),
    workerData: plan,
    minThreads: workers,
    maxThreads: workers,
  });
  const running = new Set<Promise<unknown>>();
  const ask = async <T>(request: BatchRequest): Promise<T> => {
    const answer: Promise<T> = pool.run(request);
    running.add(answer);
    try {
      return await answer;
    } finally {
      running.delete(answer);
    }
  };
  return {
    build: async (index) => withMeshes(task, await ask<PreparedBatch>({ batch: index })),
    prepareLabels: labelsOf((sample) => ask({ labels: sample }), workers),
    async close() {
      // the pool takes an answer that it no longer expects for an error of its own
      await Promise.allSettled(running);
      await pool.destroy();
    },
  };
}
