import { deepEqual, equal } from 'node:assert/strict';

export function check({
  outputs,
  agrees,
}: {
  outputs: Record<string, { data: ArrayLike<number> }>;
  agrees: boolean;
}) {
  deepEqual(Array.from(outputs.y.data), [3, 5]);
  equal(agrees, true);
}
