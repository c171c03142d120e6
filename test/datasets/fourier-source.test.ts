import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../common/errors.js';
import { createRandom } from '../../common/random.js';
import {
  drawFourierCoefficients,
  fourierSource,
  fourierSourceDimensions,
  sampleFourierSource,
} from '../../datasets/fourier-source.js';
import type { Mesh } from '../../geometry/mesh.js';
import { squareGrid } from './square-grid.js';

/** The defining double (or triple) loop, one sine and one cosine per mode and cell. */
function directSum(mesh: Mesh, modes: number, seed: number, scaled: (x: number) => number): Float64Array {
  const { sine, cosine, offset } = drawFourierCoefficients(
    fourierSource({ modes }),
    mesh.dimension,
    createRandom(seed),
  );
  const values = new Float64Array(mesh.cellCount).fill(offset);
  for (let cell = 0; cell < mesh.cellCount; cell++) {
    for (let mode = 0; mode < sine.length; mode++) {
      let phase = 0;
      for (let direction = 0; direction < mesh.dimension; direction++) {
        const wave = (Math.floor(mode / modes ** (mesh.dimension - 1 - direction)) % modes) - modes / 2;
        phase += wave * scaled(mesh.cellCentroids[cell * mesh.dimension + direction]);
      }
      values[cell] += sine[mode] * Math.sin(phase) + cosine[mode] * Math.cos(phase);
    }
  }
  const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  return values.map((value) => value / (largest + 1e-8));
}

/** Points and cells of a box in space: all that a source reads of a mesh. */
function spaceMesh(): Mesh {
  const random = createRandom(3);
  const cellCount = 40;
  const corners = [0, 0, 0, 2, 1, 1.5];
  return {
    ...squareGrid(2),
    dimension: 3,
    points: Float64Array.from(corners),
    cellCount,
    cellCentroids: Float64Array.from({ length: 3 * cellCount }, () => random.uniform()),
  };
}

describe('fourierSource', () => {
  it('spans as many dimensions as it says, in the plane and in space', () => {
    for (const [modes, mesh] of [
      [2, squareGrid(9)],
      [4, squareGrid(9)],
      [2, spaceMesh()],
    ] as const) {
      const source = fourierSource({ modes });
      const dimensions = fourierSourceDimensions(source, mesh.dimension);
      const basis: Float64Array[] = [];
      for (const draw of sampleFourierSource(source, mesh, createRandom(7), dimensions + 5)) {
        // Gram–Schmidt, twice
        for (const direction of [...basis, ...basis]) {
          const share = direction.reduce((sum, value, cell) => sum + value * draw[cell], 0);
          direction.forEach((value, cell) => {
            draw[cell] -= share * value;
          });
        }
        const rest = Math.hypot(...draw);
        if (rest > 1e-9) basis.push(draw.map((value) => value / rest));
      }
      expect(basis.length).toBe(dimensions);
    }
  });

  it('equals the direct sum over modes in two dimensions', () => {
    const mesh = squareGrid(9);
    const [fast] = sampleFourierSource(fourierSource({ modes: 10 }), mesh, createRandom(11));
    const slow = directSum(mesh, 10, 11, (x) => x);
    for (let cell = 0; cell < mesh.cellCount; cell++) expect(fast[cell]).toBeCloseTo(slow[cell], 12);
  });

  it('equals the direct sum over modes in three dimensions', () => {
    const mesh = spaceMesh();
    const [fast] = sampleFourierSource(fourierSource({ modes: 4 }), mesh, createRandom(5));
    const slow = directSum(mesh, 4, 5, (x) => (2 * Math.PI * x) / 2);
    for (let cell = 0; cell < mesh.cellCount; cell++) expect(fast[cell]).toBeCloseTo(slow[cell], 12);
  });

  it('reaches 1 and never exceeds it', () => {
    const mesh = squareGrid(16);
    for (const source of sampleFourierSource(fourierSource(), mesh, createRandom(1), 50)) {
      const largest = source.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
      expect(largest).toBeLessThanOrEqual(1);
      expect(largest).toBeGreaterThan(1 - 1e-6);
    }
  });

  it('draws coefficients of the stated distribution', () => {
    const random = createRandom(4);
    const all: number[] = [];
    const offsets: number[] = [];
    for (let draw = 0; draw < 400; draw++) {
      const { sine, cosine, offset } = drawFourierCoefficients(fourierSource(), 2, random);
      all.push(...sine, ...cosine);
      offsets.push(offset);
    }
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = (values: number[]) => mean(values.map((value) => (value - mean(values)) ** 2));
    // five standard errors of 80,000 and 400 standard normal values
    expect(Math.abs(mean(all))).toBeLessThan(5 / Math.sqrt(80_000));
    expect(Math.abs(variance([...all.slice(0, 20_000)]) - 1)).toBeLessThan(5 * Math.sqrt(2 / 20_000));
    expect(Math.abs(mean(offsets) + 1)).toBeLessThan(5 / Math.sqrt(400));
  });

  it('does not depend on the unit of length or on where the part lies', () => {
    const metres = squareGrid(8, 0.3);
    const shifted = {
      ...metres,
      points: metres.points.map((x) => 1000 * x - 77),
      cellCentroids: metres.cellCentroids.map((x) => 1000 * x - 77),
    };
    const [a] = sampleFourierSource(fourierSource(), metres, createRandom(2));
    const [b] = sampleFourierSource(fourierSource(), shifted, createRandom(2));
    for (let cell = 0; cell < a.length; cell++) expect(b[cell]).toBeCloseTo(a[cell], 10);
  });

  it('refuses mode counts without a symmetric range', () => {
    for (const modes of [0, 3, -2, 2.5, Number.NaN]) {
      expect(() => fourierSource({ modes })).toThrow(InvalidInputError);
    }
  });
});
