import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from '../common/median.js';
import { boxMesh, writeVtu } from '../geometry/index.js';
import type { Dataset } from '../viewer/data/dataset.js';
import { type DrawnScalar, drawnValues, type TriangleRequest, trianglesOf } from '../viewer/data/layers.js';
import { openDataset } from '../viewer/data/open-data.js';
import { cellSetOfMesh } from '../viewer/filters/cell-set.js';
import { splitCell } from '../viewer/filters/split-cell.js';
import type { Triangles } from '../viewer/filters/triangles.js';
import type { BenchCase } from './main.js';
import { startPeer } from './peer-process.js';
import { launchMeasuredBrowser, measurePage } from './viewer-page.js';

interface PeerAnswer {
  readonly load_ms: number;
  readonly cut_ms: number;
  readonly iso_ms: number;
  readonly cut_triangles: number;
  readonly iso_triangles: number;
  readonly cut_area: number;
  readonly iso_area: number;
}

/** The first runs compile: of a small mesh it takes many until the code is the one that runs from then on. */
const WARM_UP_MS = 400;
/** Cells along each side of cubes of 6 n³ tetrahedra: 10k, 100k, 200k, 1M. */
const SIDES = [12, 26, 32, 55];
const NORMAL = [0.48, 0.6, 0.64];
const LEVEL = 0.35;

/**
 * What the viewer's worker does with cubes of tetrahedra: opening the file, a cut, an iso-surface, both with the numbers to
 * draw, the threads and drawing apart; beside VTK's vtk3DLinearGridPlaneCutter and vtkContour3DLinearGrid in one thread on the
 * same file. Areas of both are compared, so that both do the same work. Then the same file in the page, in Chromium that draws
 * in software: up to the first picture, cut, iso-surface, another field and other colours up to theirs, what is uploaded for
 * them, and the memory of page and worker.
 */
export async function run(repeats: number, only: string): Promise<BenchCase[]> {
  const folder = mkdtempSync(join(tmpdir(), 'fieldsmith-bench-viewer-'));
  const peer = startPeer('viewer.py');
  const browser = await launchMeasuredBrowser();
  const cases: BenchCase[] = [];
  try {
    for (const side of SIDES.filter((each) => nameOf(each).includes(only))) {
      const file = join(folder, `${side}.vtu`);
      writeTetrahedra(side, file);
      const bytes = readFileSync(file);
      const from = new Blob([bytes]);
      const started = performance.now();
      const data = await openDataset({ name: file, from });
      const scalar: DrawnScalar = {
        field: { name: 'value', association: 'cell', component: 'magnitude' },
        offset: 0,
        scale: 1,
      };
      const surface = makeLayer(data, { kind: 'surface' }, scalar);
      const load_ms = performance.now() - started;
      const field = { name: 'distance', association: 'point', component: 'magnitude' } as const;
      const cut = time(repeats, (i) =>
        makeLayer(data, { kind: 'planes', planes: [{ normal: NORMAL, offset: 1e-4 * i }] }, scalar),
      );
      const iso = time(repeats, (i) =>
        makeLayer(data, { kind: 'iso', field, levels: [LEVEL + 1e-5 * i] }, scalar),
      );
      const theirs = await peer.ask<PeerAnswer>({
        file,
        normal: NORMAL,
        origin: [0.5, 0.5, 0.5],
        level: LEVEL,
        repeats,
      });
      const page = browser && (await measurePage(browser, file, repeats));
      const fileMegabytes = statSync(file).size / 1e6;
      cases.push({
        name: nameOf(side),
        ours_ms: cut.ms + iso.ms,
        cells: data.cells.cellCount,
        load_ms,
        cut_ms: cut.ms,
        iso_ms: iso.ms,
        cut_triangles: cut.triangles.cells.length,
        iso_triangles: iso.triangles.cells.length,
        vtk_load_ms: theirs?.load_ms ?? null,
        vtk_cut_ms: theirs?.cut_ms ?? null,
        vtk_iso_ms: theirs?.iso_ms ?? null,
        ratio_vtk: theirs && Math.max(cut.ms / theirs.cut_ms, iso.ms / theirs.iso_ms),
        ratio_vtk_cut: theirs && cut.ms / theirs.cut_ms,
        ratio_vtk_iso: theirs && iso.ms / theirs.iso_ms,
        area_difference:
          theirs &&
          Math.max(
            Math.abs(area(cut.triangles, data) / theirs.cut_area - 1),
            Math.abs(area(iso.triangles, data) / theirs.iso_area - 1),
          ),
        file_megabytes: fileMegabytes,
        held_megabytes: heldBytes(data) / 1e6,
        ...(page && {
          ...page,
          field_expected_bytes: 4 * 3 * surface.cells.length,
          memory_per_file: page.memory_megabytes / fileMegabytes,
        }),
      });
    }
  } finally {
    peer.stop();
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return cases;
}

const nameOf = (side: number) => `${6 * side ** 3} tetrahedra`;

function makeLayer(data: Dataset, request: TriangleRequest, scalar: DrawnScalar): Triangles {
  const triangles = trianglesOf(data, request);
  drawnValues(data, triangles, scalar);
  return triangles;
}

/** Median of runs with another plane or level each. */
function time(repeats: number, make: (i: number) => Triangles): { ms: number; triangles: Triangles } {
  const triangles = make(0);
  const begun = performance.now();
  for (let i = 1; performance.now() - begun < WARM_UP_MS; i++) make(-i);
  const times: number[] = [];
  for (let i = 1; i <= repeats; i++) {
    const started = performance.now();
    make(i);
    times.push(performance.now() - started);
  }
  return { ms: median(times), triangles };
}

function area({ positions }: Triangles, { frame }: Dataset): number {
  let sum = 0;
  for (let t = 0; t < positions.length; t += 9) {
    const [ax, ay, az, bx, by, bz, cx, cy, cz] = positions.subarray(t, t + 9);
    const [ux, uy, uz] = [bx - ax, by - ay, bz - az];
    const [vx, vy, vz] = [cx - ax, cy - ay, cz - az];
    sum += Math.hypot(uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx) / 2;
  }
  return sum * frame.size ** 2;
}

/** Arrays that stay in memory while a file is open: cells, neighbours, fields. */
function heldBytes({ cells, neighbours, fields }: Dataset): number {
  const arrays = [
    cells.points,
    cells.cellOffsets,
    cells.cellPoints,
    cells.cellShapes,
    neighbours.offsets,
    neighbours.cells,
    ...fields.map(({ values }) => values),
  ];
  return arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** The unit cube in tetrahedra with a distance at its points and a number in its cells. */
function writeTetrahedra(side: number, file: string): void {
  const cube = boxMesh({ size: [1, 1, 1], cells: [side, side, side] });
  const cells = cellSetOfMesh(cube);
  const cellPoints = new Int32Array(24 * cells.cellCount);
  let at = 0;
  for (let cell = 0; cell < cells.cellCount; cell++) {
    const split = splitCell(cells, cell);
    for (let t = 0; t < split.length; t += 5) for (let k = 0; k < 4; k++) cellPoints[at++] = split[t + k];
  }
  const cellCount = cellPoints.length / 4;
  const distance = new Float64Array(cube.points.length / 3);
  for (let p = 0; p < distance.length; p++)
    distance[p] = Math.hypot(...[0, 1, 2].map((axis) => cube.points[3 * p + axis] - 0.5));
  const mesh = {
    ...cube,
    cellCount,
    cellPoints,
    cellOffsets: Int32Array.from({ length: cellCount + 1 }, (_, c) => 4 * c),
    cellShapes: new Uint8Array(cellCount).fill(10),
    patches: [],
  };
  const value = Float64Array.from({ length: cellCount }, (_, c) => c);
  writeFileSync(file, writeVtu(mesh, { cellData: { value }, pointData: { distance }, compression: 'none' }));
}
