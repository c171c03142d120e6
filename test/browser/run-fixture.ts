import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '../../common/random.js';
import { createMesh, type Mesh, writeVtu } from '../../geometry/index.js';
import { type RunIndex, runIndexPath, runIndexSchema } from '../../viewer/run-index.js';

/** Rectangle 3 × 2 of jittered triangles, so that axes cannot be confused. */
export function rectangleMesh(columns: number, seed: number): Mesh {
  const random = createRandom(seed);
  const rows = Math.round((2 * columns) / 3);
  const points: number[] = [];
  for (let row = 0; row <= rows; row++) {
    for (let column = 0; column <= columns; column++) {
      const inside = row > 0 && row < rows && column > 0 && column < columns;
      const jitter = () => (inside ? random.uniform(-0.2, 0.2) : 0);
      points.push((3 * (column + jitter())) / columns, (2 * (row + jitter())) / rows);
    }
  }
  const cells: number[][] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const a = row * (columns + 1) + column;
      cells.push([a, a + 1, a + columns + 2], [a, a + columns + 2, a + columns + 1]);
    }
  }
  return createMesh({ points, cells });
}

export interface Fixture {
  readonly folder: string;
  readonly index: RunIndex;
  readonly samples: readonly {
    readonly mesh: Mesh;
    readonly prediction: Float64Array;
    readonly reference: Float64Array;
    readonly error: Float64Array;
  }[];
}

/**
 * A run folder with samples of known values: prediction and reference take the quarters of [20, 30] at random, so that
 * their colours are the published ones at 0, ¼, ½, ¾ and 1. The last two samples are a truncated and a missing file.
 */
export function writeRunFixture(): Fixture {
  const folder = mkdtempSync(join(tmpdir(), 'fieldsmith-view-'));
  mkdirSync(join(folder, 'fields'));
  const samples = [12, 18].map((columns, k) => {
    const mesh = rectangleMesh(columns, k + 1);
    const random = createRandom(100 + k);
    const quarters = () =>
      Float64Array.from({ length: mesh.cellCount }, () => 20 + 2.5 * random.integer(0, 4));
    const prediction = quarters();
    const reference = quarters();
    const source = Float64Array.from({ length: mesh.cellCount }, (_, cell) => mesh.cellCentroids[2 * cell]);
    const error = prediction.map((value, cell) => value - reference[cell]);
    return { mesh, prediction, reference, error, source };
  });
  const entries: RunIndex['samples'] = samples.map(({ mesh, ...cellData }, k) => {
    writeFileSync(join(folder, 'fields', `sample-${k}.vtu`), writeVtu(mesh, { cellData }));
    return {
      file: `sample-${k}.vtu`,
      name: `Mesh ${k}`,
      category: 'rectangles',
      relativeL2: 0.25 * (k + 1),
      boundaryTypes: { boundary: 'dirichlet' },
    };
  });
  const whole = writeVtu(samples[0].mesh, { cellData: { prediction: samples[0].prediction } });
  writeFileSync(join(folder, 'fields', 'truncated.vtu'), whole.subarray(0, whole.length / 2));
  for (const name of ['truncated', 'missing']) {
    entries.push({ file: `${name}.vtu`, name, category: 'broken', relativeL2: 0, boundaryTypes: {} });
  }
  const index = runIndexSchema.parse({
    title: 'Fixture',
    lengthUnit: 'm',
    samples: entries,
    fields: {
      prediction: { array: 'prediction', label: 'temperature', unit: '°C' },
      reference: { array: 'reference', label: 'temperature', unit: '°C' },
      error: { array: 'error', label: 'prediction − reference', unit: 'K' },
      source: { array: 'source', label: 'heat source', unit: 'W/m³' },
    },
  });
  writeFileSync(join(folder, runIndexPath), JSON.stringify(index));
  return { folder, index, samples };
}
