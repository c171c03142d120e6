import { describe, expect, it } from 'vitest';
import { createMesh, meshQuality } from '../../geometry/index.js';

describe('meshQuality', () => {
  it('is perfect for two unit squares', () => {
    const quality = meshQuality(
      createMesh({
        points: [0, 0, 1, 0, 2, 0, 0, 1, 1, 1, 2, 1],
        cells: [
          [0, 1, 4, 3],
          [1, 2, 5, 4],
        ],
      }),
    );
    expect(quality).toMatchObject({
      minimumAngle: 90,
      maximumAngle: 90,
      nonOrthogonality: { mean: 0, maximum: 0 },
      boundaryNonOrthogonality: { mean: 0, maximum: 0 },
      skewness: { mean: 0, maximum: 0 },
      aspectRatio: { mean: 1, maximum: 1 },
      volumeRatio: { mean: 1, maximum: 1 },
    });
    expect(quality.summary).toMatch(/^2 cells/);
  });

  it('measures a sheared pair of parallelograms by hand', () => {
    // shear x += y: centroid line is horizontal, the face between them leans by 45°
    const quality = meshQuality(
      createMesh({
        points: [0, 0, 1, 0, 3, 0, 1, 1, 2, 1, 4, 1],
        cells: [
          [0, 1, 4, 3],
          [1, 2, 5, 4],
        ],
      }),
    );
    expect(quality.minimumAngle).toBeCloseTo(45, 12);
    expect(quality.maximumAngle).toBeCloseTo(135, 12);
    expect(quality.nonOrthogonality.maximum).toBeCloseTo(45, 12);
    expect(quality.skewness.maximum).toBeCloseTo(0, 12);
    expect(quality.volumeRatio.maximum).toBeCloseTo(2, 12);
    expect(quality.aspectRatio.maximum).toBeCloseTo(Math.SQRT2, 12);
  });

  it('measures skewness: the centroid line of two triangles misses the middle of their face', () => {
    // face from (0,0) to (0,1); centroids (-1/3, 1/3) and (1/3, 2/3) joined through (0, 1/2): no skewness;
    // moving the right apex down to (1, 0) puts both at height 1/3, 1/6 below the middle, over a line of 2/3
    const mesh = (height: number) =>
      meshQuality(
        createMesh({
          points: [0, 0, 0, 1, -1, 0, 1, height],
          cells: [
            [0, 1, 2],
            [0, 3, 1],
          ],
        }),
      );
    expect(mesh(1).skewness.maximum).toBeCloseTo(0, 12);
    expect(mesh(0).skewness.maximum).toBeCloseTo(1 / 4, 12);
  });
});
