import { equal } from 'node:assert/strict';
import type { HostArray } from 'fieldsmith/runtime';

const FRAMES = 6;
const state = (cells: number, height: number) => ({ initial: new Float64Array(cells).fill(height) });
export const samples = [state(24, 0.1), state(24, 0.2)];
export const fine = [state(48, 0.15)];

/** t, x and the state at the start, `[sample, frame, cell, 3]` */
export function fieldOf(given: readonly { initial: Float64Array }[]): HostArray {
  const cells = given[0].initial.length;
  const data = given.flatMap(({ initial }) =>
    Array.from({ length: FRAMES * cells }, (_, i) => [
      Math.floor(i / cells) / FRAMES,
      ((i % cells) + 0.5) / cells,
      initial[i % cells],
    ]).flat(),
  );
  return { shape: [given.length, FRAMES, cells, 3], data: Float32Array.from(data) };
}

/** The constraint holds the state at the start exactly. */
export function check({ answer }: { answer: { field: Float64Array } }) {
  equal(answer.field.length, FRAMES * 48);
  equal(
    answer.field.subarray(0, 48).every((value) => value === 0.15),
    true,
  );
}
