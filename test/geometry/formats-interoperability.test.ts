import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageFile } from '../../common/package-file.js';
import {
  boxMesh,
  cornerRemovedSquare,
  createMesh,
  extrudeMesh,
  generateMesh,
  type Mesh,
  writeMsh,
  writeStl,
  writeVtk,
  writeVtu,
} from '../../geometry/index.js';
import { polyhedralCopy } from './polyhedral-copy.js';

const script = packageFile('test/geometry/read-with-tools.py');
const available = spawnSync('python3', [script, '--check']).status === 0;
if (!available)
  process.stderr.write('skipped: python3 with vtk, meshio and gmsh, which read the files we write\n');

interface FromVtk {
  errors: string[];
  points: number[];
  types: number[];
  cells: number[][];
  faces: number[][][];
  volumes: number[];
  areas: number[];
  cellData: Record<
    string,
    { type: string; components: number; unit: string | null; values: (number | string)[] }
  >;
  pointData: FromVtk['cellData'];
}
interface FromMeshio {
  points: number[];
  cells: number[][];
  cellData: Record<string, number[]>;
}
interface FromGmsh {
  points: number[];
  groups: Record<string, [dimension: number, count: number]>;
  views: number;
  cells: number[][];
  qualities: number[];
}

const square = generateMesh(cornerRemovedSquare({ corners: 2, seed: 3 }), { cellCount: 60 });
const box = boxMesh({ size: [1, 2, 3], cells: [2, 3, 2] });
const meshes: Record<string, Mesh> = {
  triangles: square,
  polygons: createMesh({
    points: [0, 0, 1, 0, 2, 0, 0, 1, 1, 1, 2, 1, 3, 0.5],
    cells: [
      [0, 1, 4, 3],
      [1, 2, 6, 5, 4],
    ],
  }),
  hexahedra: box,
  prisms: extrudeMesh(square, { height: 0.5, layers: 2, bottom: 'floor', top: 'lid' }),
  polyhedra: polyhedralCopy(box),
};
const fields = (mesh: Mesh) => ({
  flux: Float64Array.from({ length: 3 * mesh.cellCount }, (_, i) => Math.exp(-i / 7) * (i % 2 ? 1 : -1)),
  small: Float32Array.from({ length: mesh.cellCount }, (_, c) => (c % 5 === 0 ? Number.NaN : c / 3)),
  index: Int32Array.from({ length: mesh.cellCount }, (_, c) => c - 4),
  flag: Uint8Array.from({ length: mesh.cellCount }, (_, c) => c % 2),
  big: {
    components: 1,
    values: Float64Array.from({ length: mesh.cellCount }, (_, c) => c * 2 ** 40),
    type: 'Int64' as const,
  },
});
const pointField = (mesh: Mesh) =>
  Float64Array.from({ length: mesh.points.length / mesh.dimension }, (_, p) => Math.sin(p));

const storages = (['ascii', 'base64', 'appended', 'appended-base64'] as const).flatMap((encoding) =>
  (['zlib', 'none'] as const).flatMap((compression) =>
    ([32, 64] as const).map((bits) => ({
      encoding,
      compression,
      headerType: `UInt${bits}` as const,
      byteOrder: bits === 64 ? ('BigEndian' as const) : ('LittleEndian' as const),
    })),
  ),
);

describe.skipIf(!available)('files we write hold the same for VTK, meshio and Gmsh', () => {
  let folder: string;
  let answers: Record<string, { vtk?: FromVtk; meshio?: FromMeshio; gmsh?: FromGmsh }>;
  const written: { file: string; mesh: Mesh; kind: string }[] = [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'formats-'));
    const save = (file: string, bytes: Uint8Array, kind: string) => {
      writeFileSync(join(folder, file), bytes);
      written.push({ file, mesh: meshes[kind], kind });
    };
    for (const [kind, mesh] of Object.entries(meshes)) {
      const data = { cellData: fields(mesh), pointData: { wave: pointField(mesh) } };
      for (const storage of storages)
        save(
          `${kind}-${Object.values(storage).join('-')}.vtu`,
          writeVtu(mesh, { ...data, ...storage, units: { flux: 'W/m²' } }),
          kind,
        );
      for (const encoding of ['ascii', 'binary'] as const) {
        // meshio does not know VTK's name for 64-bit integers in legacy files
        const { big: _, ...cellData } = data.cellData;
        save(`${kind}-${encoding}.vtk`, writeVtk(mesh, { ...data, cellData, encoding }), kind);
        if (kind.startsWith('poly')) continue;
        const { flux } = data.cellData;
        const { wave } = data.pointData;
        save(`${kind}-${encoding}.msh`, writeMsh(mesh, { encoding, pointData: { wave } }), kind);
        // meshio reads element data only where patches have it too
        save(`${kind}-${encoding}-data.msh`, writeMsh(mesh, { encoding, cellData: { flux } }), kind);
      }
    }
    const surface = {
      points: Float64Array.from([0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]),
      triangles: Int32Array.from([0, 2, 1, 0, 1, 3, 0, 3, 2, 1, 2, 3]),
    };
    for (const encoding of ['ascii', 'binary'] as const)
      writeFileSync(join(folder, `${encoding}.stl`), writeStl(surface, { encoding }));
    const names = [...written.map(({ file }) => file), 'ascii.stl', 'binary.stl'];
    const output = execFileSync('python3', [script, ...names.map((name) => join(folder, name))], {
      maxBuffer: 2 ** 28,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    answers = JSON.parse(output.toString());
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const spacePoints = (mesh: Mesh) =>
    mesh.dimension === 3
      ? [...mesh.points]
      : Array.from({ length: mesh.points.length / 2 }, (_, p) => [
          mesh.points[2 * p],
          mesh.points[2 * p + 1],
          0,
        ]).flat();
  const cellsOf = (mesh: Mesh, file: string) =>
    Array.from({ length: mesh.cellCount }, (_, c) => {
      const cell = [...mesh.cellPoints.subarray(mesh.cellOffsets[c], mesh.cellOffsets[c + 1])];
      // prisms stand on their head in Gmsh
      return cell.length === 6 && file.endsWith('.msh') ? [...cell.slice(3), ...cell.slice(0, 3)] : cell;
    });
  const numbers = (values: ArrayLike<number>) =>
    Array.from(values, (x) => (Number.isFinite(x) ? x : String(x).toLowerCase()));

  it('in VTK: every storage of VTU, legacy VTK', () => {
    const files = written.filter(({ file }) => /vt[uk]$/.test(file));
    expect(files.length).toBe(Object.keys(meshes).length * 18);
    for (const { file, mesh, kind } of files) {
      const found = answers[file].vtk!;
      // ascii of VTK's own reader parses doubles exactly
      expect(found.errors, file).toEqual([]);
      expect(found.points, file).toEqual(spacePoints(mesh));
      const sorted = (lists: number[][]) => lists.map((list) => [...list].sort((a, b) => a - b));
      if (kind === 'polyhedra') expect(sorted(found.cells), file).toEqual(sorted(cellsOf(mesh, file)));
      else expect(found.cells, file).toEqual(cellsOf(mesh, file));
      const sizes = mesh.dimension === 3 ? found.volumes : found.areas;
      mesh.cellVolumes.forEach((volume, c) => {
        // VTK measures a prism by its shape functions, which contradict its own ordering of points: negative
        expect(kind === 'prisms' ? -sizes[c] : sizes[c]).toBeCloseTo(volume, 6);
      });
      if (kind === 'polyhedra') expect(found.faces.every((faces) => faces.length === 6)).toBe(true);
      for (const [name, given] of Object.entries(fields(mesh))) {
        if (name === 'big' && file.endsWith('.vtk')) continue;
        const values = ArrayBuffer.isView(given) ? given : given.values;
        expect(found.cellData[name].values, `${file}: ${name}`).toEqual(numbers(values));
        expect(found.cellData[name].components).toBe(values.length / mesh.cellCount);
      }
      expect(found.pointData.wave.values).toEqual(numbers(pointField(mesh)));
      expect(found.cellData.index.type).toBe('int');
      if (!file.endsWith('.vtu')) continue;
      expect(found.cellData.big.type).toMatch(/long|vtktypeint64|vtkIdType/);
      expect(found.cellData.flux.unit).toBe('W/m²');
    }
  });

  it('in meshio: VTU, legacy VTK and MSH of what it can hold', () => {
    const files = written.filter(({ file }) => answers[file].meshio);
    expect(files.length).toBeGreaterThan(50);
    for (const { file, mesh } of files) {
      const found = answers[file].meshio!;
      const points = spacePoints(mesh);
      expect(found, file).not.toHaveProperty('error');
      expect(found.points, file).toEqual(points);
      // meshio has an order of its own for the points of prisms
      const key = (cell: number[]) => (cell.length === 6 ? [...cell].sort() : cell).join(' ');
      const own = cellsOf(mesh, file).map(key);
      const theirs = new Set(found.cells.map((cell) => key(cell.slice(1))));
      for (const cell of own) expect(theirs.has(cell), file).toBe(true);
      if (!file.endsWith('.msh')) expect(found.cells.length).toBe(mesh.cellCount);
    }
  });

  it('in Gmsh: nodes, cells, groups and data', () => {
    for (const { file, mesh } of written.filter(({ file }) => file.endsWith('.msh'))) {
      const found = answers[file].gmsh!;
      expect(found.points, file).toEqual(spacePoints(mesh));
      expect(found.cells.flat(), file).toEqual(cellsOf(mesh, file).flat());
      // the cells of a mesh without regions have a group with a number only: its entity comes after those of the patches
      const groupOfCells = ({ patches }: Mesh) => String(patches.length + 1);
      const groups = Object.fromEntries(
        mesh.patches.map(({ name, size }) => [name, [mesh.dimension - 1, size]]),
      );
      expect(found.groups, file).toEqual({
        ...groups,
        [groupOfCells(mesh)]: [mesh.dimension, mesh.cellCount],
      });
      expect(found.views).toBe(1);
      // right side out by Gmsh's own convention
      for (const quality of found.qualities) expect(quality).toBeGreaterThan(0);
    }
  });

  it('STL in VTK', () => {
    for (const file of ['ascii.stl', 'binary.stl']) {
      const found = answers[file].vtk as unknown as { triangles: number; points: number; volume: number };
      expect(found.triangles).toBe(4);
      expect(found.points).toBe(4);
      expect(found.volume).toBeCloseTo(1 / 6, 6);
    }
  });
});
