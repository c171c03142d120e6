import { describe, expect, it } from 'vitest';
import { boxMesh, CELL_SHAPES, createPolyhedralMesh, meshQuality } from '../../geometry/index.js';

describe('meshQuality in 3D', () => {
  it('is perfect for a box of cubes', () => {
    const quality = meshQuality(boxMesh({ size: [2, 3, 2], cells: [2, 3, 2] }));
    expect(quality.minimumAngle).toBeCloseTo(90, 12);
    expect(quality.maximumAngle).toBeCloseTo(90, 12);
    for (const range of [quality.nonOrthogonality, quality.boundaryNonOrthogonality, quality.skewness])
      expect(range.maximum).toBeLessThan(1e-12);
    expect(quality.aspectRatio.maximum).toBeCloseTo(1, 12);
    expect(quality.volumeRatio.maximum).toBeCloseTo(1, 12);
  });

  it('gives the dihedral angle arccos(1/3) of a regular tetrahedron', () => {
    const quality = meshQuality(
      createPolyhedralMesh({
        points: Float64Array.of(1, 1, 1, -1, -1, 1, -1, 1, -1, 1, -1, -1),
        cellOffsets: Int32Array.of(0, 4),
        cellPoints: Int32Array.of(0, 1, 2, 3),
        cellShapes: Uint8Array.of(CELL_SHAPES.tetrahedron),
      }),
    );
    const exact = (Math.acos(1 / 3) * 180) / Math.PI;
    expect(quality.minimumAngle).toBeCloseTo(exact, 12);
    expect(quality.maximumAngle).toBeCloseTo(exact, 12);
  });

  it('measures sheared hexahedra by hand', () => {
    // shear x += y: faces between cells in x lean by 45°, centroids lie level
    const box = boxMesh({ size: [2, 1, 1], cells: [2, 1, 1] });
    const points = box.points.map((x, i) => (i % 3 === 0 ? x + box.points[i + 1] : x));
    const quality = meshQuality(createPolyhedralMesh({ ...box, points, cellShapes: box.cellShapes! }));
    expect(quality.minimumAngle).toBeCloseTo(45, 12);
    expect(quality.maximumAngle).toBeCloseTo(135, 12);
    expect(quality.nonOrthogonality.maximum).toBeCloseTo(45, 12);
    expect(quality.skewness.maximum).toBeLessThan(1e-12);
    // areas √2 and 1
    expect(quality.aspectRatio.maximum).toBeCloseTo(Math.SQRT2, 12);
  });
});
