import { InvalidInputError } from '../common/errors.js';
import type { PoissonTask } from '../datasets/index.js';

/**
 * Solutions of a fixed set of samples in memory that worker threads share: each is written once, by whoever needs it
 * first, and read from then on. Two threads that meet at a slot write the same numbers.
 */
export interface LabelStore {
  readonly sources: number;
  /** Numbers kept for one sample: sources × cells of the largest mesh */
  readonly slot: number;
  readonly values: Float32Array;
  /** 1 once the slot is filled, `[sample]` */
  readonly filled: Int32Array;
}

const LARGEST_STORE = 8 * 2 ** 30;

/** @throws InvalidInputError for a set that does not fit in 8 GiB */
export function labelStore({ meshes, sourcesPerSample }: PoissonTask, distinctSamples: number): LabelStore {
  const slot = sourcesPerSample * Math.max(...meshes.map(({ cellCount }) => cellCount));
  const bytes = 4 * slot * distinctSamples;
  if (bytes > LARGEST_STORE) {
    throw new InvalidInputError(
      `labelStore: ${distinctSamples} samples of up to ${slot} numbers take ${(bytes / 2 ** 30).toFixed(1)} GiB, more ` +
        'than 8; use fewer distinctSamples or sourcesPerSample',
    );
  }
  return {
    sources: sourcesPerSample,
    slot,
    values: new Float32Array(new SharedArrayBuffer(bytes)),
    filled: new Int32Array(new SharedArrayBuffer(4 * distinctSamples)),
  };
}

/**
 * Solutions of a sample, `[source][cell]`, rounded to float32 whether they come from the store or not, so that batches are
 * the same bytes in any order.
 */
export function storedLabels(
  store: LabelStore | undefined,
  sample: number,
  cells: number,
  solve: () => readonly Float64Array[],
): Float64Array[] {
  if (!store) return solve().map((field) => Float64Array.from(field, Math.fround));
  const start = sample * store.slot;
  if (Atomics.load(store.filled, sample) === 0) {
    solve().forEach((field, source) => {
      store.values.set(field, start + source * cells);
    });
    Atomics.store(store.filled, sample, 1);
  }
  return Array.from({ length: store.sources }, (_, source) =>
    Float64Array.from(store.values.subarray(start + source * cells, start + (source + 1) * cells)),
  );
}
