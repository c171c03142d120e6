import type { HostArray } from '../runtime/index.js';

/** What one optimizer step sees: the arrays of the graph, and what its host calls need beside them. */
export interface TrainingBatch {
  inputs: Record<string, HostArray>;
  context?: unknown;
}

/** Batch `index` of a run: the same bytes whenever and wherever it is built. */
export type BuildBatch = (index: number) => Promise<TrainingBatch>;

export interface BatchQueue {
  /** Batch `index`; the next ones, up to the run's end, are being built from now on. */
  get(index: number, end: number): Promise<TrainingBatch>;
}

/**
 * Builds batches ahead of the step that asks for them, at most `ahead` of them beyond it. The order of asking is free:
 * batches that a jump makes useless are forgotten.
 */
export function batchQueue(build: BuildBatch, ahead: number): BatchQueue {
  const building = new Map<number, Promise<TrainingBatch>>();
  return {
    get(index, end) {
      for (const known of building.keys()) {
        if (known < index || known > index + ahead) building.delete(known);
      }
      for (let next = index; next <= index + ahead && next < Math.max(end, index + 1); next++) {
        if (building.has(next)) continue;
        const batch = build(next);
        // a failure surfaces where the batch is awaited, or never when nobody asks for it
        batch.catch(() => {});
        building.set(next, batch);
      }
      const batch = building.get(index)!;
      building.delete(index);
      return batch;
    },
  };
}
