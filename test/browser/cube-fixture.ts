import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boxMesh, type FileArray, writePvd, writeVtu } from '../../geometry/index.js';

/** Cells along each side. */
export const side = 5;
const mesh = boxMesh({ size: [2, 1, 1], origin: [3, 0, 0], cells: [side, side, side] });
const cells = Array.from({ length: side ** 3 }, (_, cell) => cell);

/** Whole numbers 0 to 4, different in neighbouring cells: at time t, moved on by t. */
export function number(cell: number, time = 0): number {
  return ((cell % side) + 2 * (Math.floor(cell / side) % side) + 3 * Math.floor(cell / side ** 2) + time) % 5;
}

export const linear = (x: number, y: number, z: number) => 10 + x + 2 * y + 3 * z;

/** Every third cell of the layer i across x. */
export const layerAcross = (i: number) =>
  Array.from({ length: side ** 2 }, (_, at) => cellAt(i, at % side, Math.floor(at / side))).filter(
    (_, at) => at % 3 === 0,
  );

export const cellAt = (i: number, j: number, k: number) => i + side * (j + side * k);

/** A box 2 × 1 × 1 of hexahedra with cell and point data that are known everywhere, as a file and as a series of three. */
export function writeCubeFixture(): { folder: string; file: string; series: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'fieldsmith-cube-'));
  const pointCount = mesh.points.length / 3;
  const at = (p: number) => mesh.points.subarray(3 * p, 3 * p + 3) as unknown as [number, number, number];
  const array = (values: ArrayLike<number>, components: number, unit = ''): FileArray => ({
    values: Float64Array.from(values),
    components,
    type: 'Float64',
    unit,
  });
  const pointData = {
    linear: array(
      Array.from({ length: pointCount }, (_, p) => linear(...at(p))),
      1,
      'V',
    ),
    along: array(
      Array.from({ length: 3 * pointCount }, (_, i) => (i % 3 === 0 ? 2 : 0)),
      3,
    ),
  };
  const content = (time: number) =>
    writeVtu(mesh, {
      cellData: {
        number: array(
          cells.map((cell) => number(cell, time)),
          1,
          'K',
        ),
        holes: array(
          cells.map((cell) => (cell === cellAt(2, 2, 2) ? Number.NaN : cell - 10)),
          1,
        ),
        powers: array(
          cells.map((cell) => 10 ** number(cell)),
          1,
          'W',
        ),
        outlier: array(
          cells.map((cell) => (cell === 0 ? 1000 : number(cell))),
          1,
          'K',
        ),
        shifted: array(
          cells.map((cell) => number(cell) + (cell === 31 ? 2.5 : 0.5)),
          1,
          'K',
        ),
      },
      pointData,
    });
  const file = join(folder, 'cube.vtu');
  writeFileSync(file, content(0));
  const names = [0, 1, 2].map((time) => `step_${time}.vtu`);
  names.forEach((name, time) => {
    writeFileSync(join(folder, name), content(time));
  });
  writeFileSync(
    join(folder, 'cube.pvd'),
    writePvd(names.map((name, time) => ({ time: time / 2, file: name }))),
  );
  return { folder, file, series: ['cube.pvd', ...names].map((name) => join(folder, name)) };
}
