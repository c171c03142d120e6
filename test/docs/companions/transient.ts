import { deepEqual, equal } from 'node:assert/strict';
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
      patches: 'wall',
    },
  },
  { cellCount: 100 },
);

export function check({ times, status }: { times: ArrayLike<number>; status: string }) {
  deepEqual([...Array.from(times)], [300, 600, 900]);
  equal(status, 'completed');
}
