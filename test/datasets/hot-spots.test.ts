import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../common/errors.js';
import { createRandom } from '../../common/random.js';
import { type HotSpotsOptions, hotSpots, sampleHotSpots } from '../../datasets/hot-spots.js';
import { squareGrid } from './square-grid.js';

describe('hotSpots', () => {
  const mesh = squareGrid(24);

  it('heat, by 1 in the mean over cells', () => {
    for (const source of sampleHotSpots(hotSpots(), mesh, createRandom(3), 40)) {
      expect(Math.min(...source)).toBeGreaterThanOrEqual(0);
      expect(source.reduce((sum, value) => sum + value, 0) / mesh.cellCount).toBeCloseTo(1, 12);
    }
  });

  it('a single spot is a bell of its width about a centroid', () => {
    const fixed = hotSpots({ count: [1, 1], width: [0.05, 0.05] });
    const [source] = sampleHotSpots(fixed, mesh, createRandom(8));
    const centre = source.indexOf(Math.max(...source));
    const deviation = 0.05 * 2 * Math.PI;
    source.forEach((value, cell) => {
      const squared = [0, 1].reduce((sum, axis) => {
        return sum + (mesh.cellCentroids[2 * cell + axis] - mesh.cellCentroids[2 * centre + axis]) ** 2;
      }, 0);
      expect(value / source[centre]).toBeCloseTo(Math.exp(-squared / (2 * deviation ** 2)), 10);
    });
  });

  it('draws counts of spots evenly', () => {
    // narrow bells of equal height do not overlap on a coarse grid: the peak over the mean tells how many there are
    const grid = squareGrid(16);
    const few = hotSpots({ count: [2, 6], width: [1e-3, 1e-3], amplitude: [1, 1] });
    const counts = sampleHotSpots(few, grid, createRandom(5), 1000).map(
      (source) => source.filter((value) => value > 0).length,
    );
    for (const count of [2, 3, 4, 5, 6]) {
      const share = counts.filter((other) => other === count).length / counts.length;
      // 5 standard errors, and the few draws with two spots in one cell
      expect(Math.abs(share - 0.2)).toBeLessThan(5 * Math.sqrt(0.16 / counts.length) + 0.02);
    }
  });

  it('do not depend on the unit of length or on where the part lies', () => {
    const small = squareGrid(12, 1);
    const moved = {
      ...small,
      points: small.points.map((x) => 1000 * x - 70),
      cellCentroids: small.cellCentroids.map((x) => 1000 * x - 70),
    };
    const [a] = sampleHotSpots(hotSpots(), small, createRandom(2));
    const [b] = sampleHotSpots(hotSpots(), moved, createRandom(2));
    a.forEach((value, cell) => {
      expect(b[cell]).toBeCloseTo(value, 8);
    });
  });

  it('refuses ranges that are none', () => {
    const wrong: HotSpotsOptions[] = [
      { count: [0, 2] },
      { count: [1.5, 2] },
      { amplitude: [2, 1] },
      { width: [0.1, Number.POSITIVE_INFINITY] },
    ];
    for (const options of wrong) expect(() => hotSpots(options)).toThrow(InvalidInputError);
  });
});
