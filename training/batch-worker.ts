import { workerData } from 'piscina';
import { type BatchPlan, type PreparedBatch, prepareBatch } from './poisson-batch.js';

/** Runs in a worker thread of {@link batchBuilder}. */
export default function run(index: number): PreparedBatch {
  return prepareBatch(workerData as BatchPlan, index);
}
