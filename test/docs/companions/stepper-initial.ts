import { equal } from 'node:assert/strict';
import type { HostArray } from 'fieldsmith/runtime';

export const initial = Float32Array.from({ length: 256 }, (_, i) => Math.sin((2 * Math.PI * i) / 256));

export function check({ states }: { states: readonly HostArray[] }) {
  equal(states.at(-1)!.data.length, 256);
  equal(states.at(-1)!.data.every(Number.isFinite), true);
}
