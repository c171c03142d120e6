import { equal, ok } from 'node:assert/strict';
import { generateMesh } from 'fieldsmith/geometry';

export const mesh = generateMesh(
  {
    outer: {
      vertices: [
        [0, 0],
        [0.1, 0],
        [0.1, 0.1],
        [0, 0.1],
      ],
      patches: ['hot', 'wall', 'wall', 'wall'],
    },
  },
  { cellCount: 100 },
);

export function check({ conductivity, residualNorms, steps }: Record<string, unknown>) {
  for (const value of conductivity as Float64Array) ok(value > 54 - 0.033 * 400 && value < 54 - 0.033 * 20);
  equal((residualNorms as number[]).length, (steps as number) + 1);
}
