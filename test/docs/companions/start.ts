import { equal, ok } from 'node:assert/strict';

export function check(found: {
  prediction: Float64Array;
  solution: Float64Array;
  relativeResidual: number;
  guess?: { used: boolean };
}) {
  equal(found.prediction.length, found.solution.length);
  ok(found.relativeResidual <= 1e-8);
  equal(found.guess!.used, true);
}
