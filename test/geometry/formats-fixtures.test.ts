import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileError } from '../../common/errors.js';
import { packageFile } from '../../common/package-file.js';
import {
  type MeshFile,
  meshFormatOf,
  meshFromFile,
  readMsh,
  readStl,
  readVtk,
  readVtu,
} from '../../geometry/index.js';
import { checkClosedSurface } from '../../geometry/triangle-surface.js';

/** What VTK read from a file. */
interface VtkContent {
  points: number[];
  cells: { type: number; points?: number[]; faces?: number[][] }[];
  pointData: Record<string, { components: number; values: number[] }>;
  cellData: Record<string, { components: number; values: number[] }>;
}

/** What Gmsh read from a file: corners only. */
interface GmshContent {
  points: number[];
  cells: { type: number; group: string | null; corners: number[] }[];
}

const folder = packageFile('test/fixtures/formats');
const bytesOf = (name: string) => new Uint8Array(readFileSync(join(folder, name)));
const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));
const contentOf = <T>(name: string): T => expected.content[expected.files[name]];
const files = readdirSync(folder);
const named = (pattern: RegExp) => files.filter((name) => pattern.test(name));
const read: Record<string, (bytes: Uint8Array) => MeshFile> = { vtu: readVtu, vtk: readVtk, msh: readMsh };
const readAny = (name: string) => read[meshFormatOf(bytesOf(name))](bytesOf(name));
const volume = (file: MeshFile) => meshFromFile(file).mesh.cellVolumes.reduce((sum, v) => sum + v, 0);

const compressedOtherwise = /lz4|lzma/;

describe('files of VTK and meshio hold what VTK reads from them', () => {
  it.each(named(/\.vt[uk]$/).filter((name) => !compressedOtherwise.test(name)))('%s', (name) => {
    const file = readAny(name);
    const content = contentOf<VtkContent>(name);
    expect([...file.points]).toEqual(content.points);
    expect([...file.cellTypes]).toEqual(content.cells.map(({ type }) => type));
    content.cells.forEach(({ points, faces }, c) => {
      const own = file.cellPoints.subarray(file.cellOffsets[c], file.cellOffsets[c + 1]);
      if (points) expect([...own]).toEqual(points);
      if (!faces) return;
      expect(new Set(own)).toEqual(new Set(faces.flat()));
      const { cellFaceOffsets, offsets, points: facePoints } = file.polyhedra!;
      const ownFaces = Array.from({ length: cellFaceOffsets[c + 1] - cellFaceOffsets[c] }, (_, i) => {
        const f = cellFaceOffsets[c] + i;
        return [...facePoints.subarray(offsets[f], offsets[f + 1])];
      });
      expect(ownFaces).toEqual(faces);
    });
    for (const section of ['pointData', 'cellData'] as const) {
      expect(Object.keys(file[section]).sort()).toEqual(Object.keys(content[section]).sort());
      for (const [array, { components, values }] of Object.entries(content[section])) {
        expect(file[section][array].components).toBe(components);
        expect([...file[section][array].values], array).toEqual(values);
      }
    }
    if (name.startsWith('vtk') && content.cellData.temperature)
      expect(file.cellData.temperature.unit).toBe('K');
  });

  it('keeps the type of every array', () => {
    const { cellData } = readVtu(bytesOf('vtk-appended-zlib.vtu'));
    for (const type of ['Int8', 'UInt8', 'Int16', 'UInt16', 'Int32', 'UInt32', 'Int64', 'UInt64'])
      expect(cellData[type.toLowerCase()].type).toBe(type);
    expect(cellData.float32.values).toBeInstanceOf(Float32Array);
  });

  it.each(named(compressedOtherwise))('%s is refused by name', (name) => {
    expect(() => readVtu(bytesOf(name))).toThrow(FileError);
    expect(() => readVtu(bytesOf(name))).toThrow(/compressed with vtkLZ.*zlib/);
  });
});

describe('files of Gmsh and meshio hold what Gmsh reads from them', () => {
  it.each(named(/^gmsh.*\.msh$/))('%s', (name) => {
    const file = readMsh(bytesOf(name));
    const content = contentOf<GmshContent>(name);
    const text = (
      type: number,
      group: string | undefined | null,
      corners: number[],
      points: ArrayLike<number>,
    ) =>
      [
        type,
        group ?? '-',
        ...corners.flatMap((p) => [points[3 * p], points[3 * p + 1], points[3 * p + 2]]),
      ].join(' ');
    const own = Array.from(file.cellTypes, (type, c) =>
      text(
        type,
        file.groups?.[file.cellGroups![c]]?.name,
        [...file.cellPoints.subarray(file.cellOffsets[c], file.cellOffsets[c + 1])],
        file.points,
      ),
    );
    // prisms stand on their head in Gmsh
    const turned = (type: number, corners: number[]) =>
      type === 13 ? [...corners.slice(3), ...corners.slice(0, 3)] : corners;
    const theirs = content.cells.map(({ type, group, corners }) =>
      text(type, group, turned(type, corners), content.points),
    );
    expect(file.points.length).toBe(content.points.length);
    expect(own.sort()).toEqual(theirs.sort());
  });

  it.each(named(/plate.*\.msh$/))('%s gives a plate with patches, regions and an interface', (name) => {
    const { mesh, linearisedCells } = meshFromFile(readMsh(bytesOf(name)));
    expect(mesh.dimension).toBe(2);
    expect(mesh.cellVolumes.reduce((sum, v) => sum + v, 0)).toBeCloseTo(2, 13);
    const length = (faces: ArrayLike<number>) =>
      Array.from(faces, (f) => mesh.faceAreas[f]).reduce((a, b) => a + b);
    const lengths = Object.fromEntries(
      mesh.patches.map((patch) => [
        patch.name,
        length(Array.from({ length: patch.size }, (_, i) => patch.start + i)),
      ]),
    );
    expect(Object.keys(lengths).sort()).toEqual(['hot wall', 'kühl', 'sides']);
    expect(lengths['hot wall']).toBeCloseTo(1, 13);
    expect(lengths.sides).toBeCloseTo(4, 13);
    expect(mesh.interfaces?.map((part) => part.name)).toEqual(['contact']);
    expect(length(mesh.interfaces![0].faces)).toBeCloseTo(1, 13);
    expect([...mesh.regionNames!].sort()).toEqual(['copper', 'steel']);
    mesh.cellRegions!.forEach((region, c) => {
      expect(mesh.regionNames![region]).toBe(mesh.cellCentroids[2 * c] < 1 ? 'copper' : 'steel');
    });
    expect(linearisedCells > 0).toBe(name.includes('quadratic'));
  });

  it.each([...named(/box.*\.msh$/), 'meshio-2.2-binary.msh', 'meshio-from-gmsh.vtu'])(
    '%s gives a box of two regions',
    (name) => {
      const { mesh } = meshFromFile(readAny(name));
      expect(mesh.dimension).toBe(3);
      const volumes = new Map<string, number>();
      mesh.cellRegions!.forEach((region, c) => {
        const key = mesh.regionNames![region];
        volumes.set(key, (volumes.get(key) ?? 0) + mesh.cellVolumes[c]);
      });
      const [core, layer] = name.endsWith('.vtu') ? ['1', '2'] : ['core', 'layer'];
      expect(volumes.get(core)).toBeCloseTo(0.5, 13);
      expect(volumes.get(layer)).toBeCloseTo(0.25, 13);
      const bottom = mesh.patches.find((patch) => patch.name === (name.endsWith('.vtu') ? '11' : 'bottom'))!;
      const top = mesh.patches.find((patch) => patch.name === '12')!;
      for (const [patch, z] of [
        [bottom, 0],
        [top, 0.75],
      ] as const) {
        let area = 0;
        for (let f = patch.start; f < patch.start + patch.size; f++) {
          expect(mesh.faceCentroids[3 * f + 2]).toBeCloseTo(z, 13);
          area += mesh.faceAreas[f];
        }
        expect(area).toBeCloseTo(1, 13);
      }
    },
  );
});

it('meshio-4.1-ascii.msh, whose groups of volumes meshio does not keep, gives the box', () => {
  const { mesh } = meshFromFile(readMsh(bytesOf('meshio-4.1-ascii.msh')));
  expect(mesh.cellVolumes.reduce((sum, v) => sum + v, 0)).toBeCloseTo(0.75, 13);
  expect(mesh.patches.map((patch) => patch.name)).toContain('bottom');
});

describe('meshes of cells of every shape', () => {
  it.each(named(/^(vtk|meshio)-(ascii|base64|appended|binary|zlib).*\.vt[uk]$/).filter((n) => !/lz/.test(n)))(
    '%s',
    (name) => {
      const file = readAny(name);
      const { mesh, cellData } = meshFromFile(file);
      const polyhedron = name.startsWith('vtk');
      expect(mesh.cellCount).toBe(polyhedron ? 5 : 4);
      // cube, pyramid, tetrahedron, prism and cube by hand
      expect(mesh.cellVolumes[0]).toBeCloseTo(1, 14);
      expect(mesh.cellVolumes[1]).toBeCloseTo(1 / 3, 14);
      expect(mesh.cellVolumes[2]).toBeCloseTo(1 / 6, 14);
      expect(mesh.cellVolumes[3]).toBeCloseTo(1 / 2, 14);
      if (polyhedron) expect(mesh.cellVolumes[4]).toBeCloseTo(1, 14);
      expect(mesh.internalFaceCount).toBe(polyhedron ? 4 : 3);
      expect(cellData.temperature.values.length).toBe(mesh.cellCount);
    },
  );

  it('joins the pieces of a file and the points between them', () => {
    const file = readVtu(bytesOf('vtk-pieces.vtu'));
    expect(file.pieceCount).toBeGreaterThan(1);
    expect(file.points.length).toBeGreaterThan(3 * 18);
    const { mesh, cellData } = meshFromFile(file);
    expect(mesh.points.length).toBe(3 * 18);
    expect(volume(file)).toBeCloseTo(1, 14);
    mesh.cellCentroids.forEach((x, i) => {
      expect(x).toBeCloseTo(cellData.centre.values[i], 6);
    });
  });

  it('replaces second-order cells by those of their corners and says so', () => {
    const { mesh, pointData, linearisedCells } = meshFromFile(readVtu(bytesOf('vtk-quadratic.vtu')));
    expect(linearisedCells).toBe(1);
    expect(mesh.points.length).toBe(12);
    expect([...pointData.number.values]).toEqual([0, 1, 2, 3]);
    expect(mesh.cellVolumes[0]).toBeCloseTo(1 / 6, 15);
  });
});

describe('STL files of VTK and Gmsh', () => {
  it.each(named(/\.stl$/))('%s', (name) => {
    const content = contentOf<{ corners: number[][]; points: number }>(name);
    const surface = readStl(bytesOf(name));
    const corners = Array.from(surface.triangles, (p) =>
      Array.from(surface.points.subarray(3 * p, 3 * p + 3), Math.fround),
    );
    expect(corners).toEqual(content.corners);
    expect(surface.points.length).toBe(3 * content.points);
    // two ends of a box, by the surfaces of its physical groups
    if (name.startsWith('gmsh')) expect(surface.patchNames).toEqual(['Gmsh Surface 5', 'Gmsh Surface 11']);
    else expect(checkClosedSurface(surface)).toBeGreaterThan(0);
  });
});
