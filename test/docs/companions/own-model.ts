import { ok } from 'node:assert/strict';

export function check({ predicted, solved }: { predicted: number; solved: number }) {
  ok(Math.abs(predicted / solved - 1) < 0.05, `${predicted} is not ${solved}`);
}
