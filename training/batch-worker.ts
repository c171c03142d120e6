import { workerData } from 'piscina';
import { type BatchPlan, type PreparedBatch, prepareBatch, prepareLabels } from './poisson-batch.js';

/** What {@link batchBuilder} asks for: a batch, or the labels of one sample, which go into shared memory. */
export type BatchRequest = { readonly batch: number } | { readonly labels: number };

/** Runs in a worker thread of `batchBuilder`. */
export default function run(request: BatchRequest): PreparedBatch | undefined {
  if ('batch' in request) return prepareBatch(workerData as BatchPlan, request.batch);
  prepareLabels(workerData as BatchPlan, request.labels);
  return undefined;
}
