import { ok } from 'node:assert/strict';
import type { Parameters } from 'fieldsmith/runtime';

/** Two points, so that a plane passes through both. */
export function check({ trained: { weight, bias } }: { trained: Parameters }) {
  const [first, second] = [0, 1].map((i) => weight.values[i] + bias.values[0]);
  ok(Math.abs(first - 3) < 0.05 && Math.abs(second - 5) < 0.05, `${first}, ${second}`);
}
