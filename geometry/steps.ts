import type { Progress } from '../common/progress.js';

/**
 * Work cut into short steps: a generator that yields how much it has done so far (bytes, cells, percent). One reader serves both a plain
 * call, which runs through, and a call that leaves the event loop free in between.
 */
export type Steps<T> = Generator<number, T, void>;

/** Bytes, or values, to handle between two yields: a millisecond or two of work. */
export const STEP_SIZE = 1 << 18;

/** Cells, or faces, to handle between two yields: some milliseconds of work. */
export const STEP_CELLS = 1 << 14;

export interface StepOptions {
  /** Stops the work: the promise rejects with the signal's reason */
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

/** Longest time that a sliced run keeps the event loop to itself; a browser's timer costs up to 4 ms of it. */
const SLICE_MILLISECONDS = 30;

export function runThrough<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Steps counted to `total` that are the part from `from` to `to` of a larger work. */
export function* part<T>(steps: Steps<T>, total: number, from: number, to: number): Steps<T> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    yield from + ((to - from) * step.value) / total;
  }
}

/** Runs works one after the other, each counted from 0 to its own total, and counts on: a work is `size` of the whole. */
export function inTurn(): <T>(steps: Steps<T>, total: number, size?: number) => Steps<T> {
  let done = 0;
  return function* (steps, total, size = total) {
    const result = yield* part(steps, total, done, done + size);
    done += size;
    return result;
  };
}

export async function runInSlices<T>(
  steps: Steps<T>,
  phase: string,
  total: number,
  { signal, progress }: StepOptions = {},
): Promise<T> {
  signal?.throwIfAborted();
  let start = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) {
      progress?.update(phase, total, total);
      return step.value;
    }
    if (performance.now() - start < SLICE_MILLISECONDS) continue;
    progress?.update(phase, Math.min(step.value, total), total);
    await new Promise((resolve) => setTimeout(resolve, 0));
    signal?.throwIfAborted();
    start = performance.now();
  }
}
