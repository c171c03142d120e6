import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundingBox } from '../../geometry/bounding-box.js';

test('the box of a plate that lies off the origin', () => {
  expect(boundingBox([-1, 4, 2, 3, 0, 5.5], 2)).toEqual({ low: [-1, 3], high: [2, 5.5], longestSide: 3 });
});

test('every point is inside, every side touches one, and shifts and scales carry over', () => {
  const coordinate = fc.integer({ min: -1000, max: 1000 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(coordinate, coordinate, coordinate), { minLength: 1 }),
      coordinate,
      (points, shift) => {
        const { low, high, longestSide } = boundingBox(points.flat(), 3);
        for (let axis = 0; axis < 3; axis++) {
          const values = points.map((point) => point[axis]);
          expect(values.every((value) => value >= low[axis] && value <= high[axis])).toBe(true);
          expect(values).toContain(low[axis]);
          expect(values).toContain(high[axis]);
        }
        const moved = boundingBox(
          points.flat().map((value) => 4 * (value + shift)),
          3,
        );
        expect(moved.low).toEqual(low.map((value) => 4 * (value + shift)));
        expect(moved.longestSide).toBe(4 * longestSide);
      },
    ),
    { seed: 3 },
  );
});
