import { deepEqual } from 'node:assert/strict';

type Answer = { data: ArrayLike<number> };
export function check({ value, slope }: { value: Answer; slope: Answer }) {
  const rounded = ({ data }: Answer) => Array.from(data, (each) => Math.round(1000 * each) / 1000);
  deepEqual([rounded(value), rounded(slope)], [[98], [4, 32, 108]]);
}
