import { deepEqual } from 'node:assert/strict';

export function check({ gradient }: { gradient: { data: ArrayLike<number> } }) {
  deepEqual(Array.from(gradient.data), [0.5, 0.125]);
}
