import { describe, expect, test } from 'vitest';
import { FileError } from '../../common/errors.js';
import { runThrough } from '../../geometry/steps.js';
import { cellNeighbours } from '../../viewer/filters/cell-neighbours.js';
import { cellSetFromFile } from '../../viewer/filters/cell-set-from-file.js';
import { cellSurface } from '../../viewer/filters/cell-surface.js';
import { readAnySteps } from '../../viewer/formats/read-any.js';
import { totalArea } from './filters/triangle-measures.js';
import { glb } from './surface-files.js';

const read = (content: string | Uint8Array, name: string) =>
  cellSetFromFile(
    runThrough(readAnySteps(typeof content === 'string' ? new TextEncoder().encode(content) : content, name)),
  );
const areaOf = (content: string | Uint8Array, name: string) => {
  const { cells } = read(content, name);
  return totalArea(cellSurface(cells, cellNeighbours(cells)));
};

describe('OBJ', () => {
  const square = 'v 0 0 0\nv 2 0 0\nv 2 1 0 # corner\nv 0 1 0\nvn 0 0 1\n';
  test('polygons with texture and normal indices, and indices that count back', () => {
    expect(areaOf(`${square}f 1/1/1 2/2/1 3/3/1 4/4/1\n`, 'a.obj')).toBeCloseTo(2, 6);
    expect(areaOf(`${square}f -4 -3 -2\nf -4//1 -2//1 -1//1`, 'a.obj')).toBeCloseTo(2, 6);
  });
  test.each([
    [`${square}f 1 2 9`, /line 6 names vertex '9'; 4 vertices/],
    [`${square}f 1 2`, /line 6 has 2 vertices/],
    ['v 0 0 x\nf 1 1 1', /line 1 must be 'v' and three numbers/],
    [square, /no faces/],
  ])('%j is refused', (text, message) => {
    expect(() => read(text, 'a.obj')).toThrow(message);
  });
});

describe('PLY', () => {
  const header = (format: string) =>
    `ply\nformat ${format} 1.0\ncomment a square\nelement vertex 4\nproperty float x\nproperty float y\nproperty float z\nproperty double t\nelement face 2\nproperty list uchar int vertex_indices\nproperty short part\nend_header\n`;
  const vertices = [
    [0, 0, 0, 10],
    [3, 0, 0, 20],
    [3, 1, 0, 30],
    [0, 1, 0, 40],
  ];
  const faces = [
    [0, 1, 2, 7],
    [0, 2, 3, -8],
  ];
  const ascii = `${header('ascii')}${[...vertices, ...faces.map((f) => [3, ...f])].map((row) => row.join(' ')).join('\n')}\n`;

  function binary(little: boolean): Uint8Array {
    const head = new TextEncoder().encode(header(`binary_${little ? 'little' : 'big'}_endian`));
    const bytes = new Uint8Array(head.length + 4 * 20 + 2 * 15);
    bytes.set(head);
    const view = new DataView(bytes.buffer, head.length);
    vertices.forEach(([x, y, z, t], i) => {
      [x, y, z].forEach((value, k) => {
        view.setFloat32(20 * i + 4 * k, value, little);
      });
      view.setFloat64(20 * i + 12, t, little);
    });
    faces.forEach((face, i) => {
      const at = 80 + 15 * i;
      view.setUint8(at, 3);
      for (let k = 0; k < 3; k++) view.setInt32(at + 1 + 4 * k, face[k], little);
      view.setInt16(at + 13, face[3], little);
    });
    return bytes;
  }

  test.each([
    ['ascii', ascii],
    ['little-endian', binary(true)],
    ['big-endian', binary(false)],
  ])('%s: surface, and numbers on vertices and faces as fields', (_, content) => {
    expect(areaOf(content, 'a.ply')).toBeCloseTo(3, 6);
    const { fields } = read(content, 'a.ply');
    expect(fields.map(({ name, association, values }) => [name, association, Array.from(values)])).toEqual([
      ['part', 'cell', [7, -8]],
      ['t', 'point', [10, 20, 30, 40]],
    ]);
  });

  test.each([
    [binary(true).subarray(0, 330), /truncated/],
    [ascii.replace('3 0 1 2', '3 0 1 5'), /names vertex 5; there are 4/],
    [ascii.replace('element vertex 4', 'element vertex 3000000000'), /do not fit/],
    [ascii.replace('element vertex 4', 'element vertex -1'), /no count/],
    [ascii.replace('property float y', 'property float w'), /no 'y'/],
    [ascii.replace('ascii', 'zipped'), /none of PLY/],
    [ascii.replace('end_header', ''), /end_header/],
    [ascii.replace('3 1 0 30', '3 1 zero 30'), /a number must follow/],
  ])('damage %# is refused', (content, message) => {
    expect(() => read(content, 'a.ply')).toThrow(message);
    expect(() => read(content, 'a.ply')).toThrow(FileError);
  });
});

describe('GLB', () => {
  test('triangles placed by the nodes of the scene, with a scalar attribute', () => {
    const { cells, fields } = read(glb(), 'a.glb');
    expect(cells.cellCount).toBe(2);
    const corners = Array.from(cells.points.subarray(9), (x) => Math.round(1e6 * x) / 1e6 + 0);
    expect(corners).toEqual([0, 5, 0, 2, 5, 0, 0, 5, 1]);
    expect(areaOf(glb(), 'a.glb')).toBeCloseTo(2, 6);
    expect(fields).toMatchObject([{ name: 'HEAT', association: 'point' }]);
    expect(Array.from(fields[0].values)).toEqual([5, 6, 7, 5, 6, 7]);
  });

  // biome-ignore lint/suspicious/noExplicitAny: what is broken on purpose has no type
  const gltf = (change: (document: any) => void) => glb(change as never);
  test.each([
    [glb().subarray(0, 200), /truncated|corrupt/],
    [
      gltf((d) => {
        d.extensionsRequired = ['KHR_draco_mesh_compression'];
      }),
      /KHR_draco/,
    ],
    [
      gltf((d) => {
        d.buffers[0].uri = 'https://elsewhere/data.bin';
      }),
      /other files/,
    ],
    [
      gltf((d) => {
        d.accessors[0].count = 3e9;
      }),
      /beyond the data/,
    ],
    [
      gltf((d) => {
        d.nodes[1].children = [0];
      }),
      /two parents/,
    ],
    [
      gltf((d) => {
        d.scenes = [];
      }),
      /no triangles/,
    ],
  ])('damage %# is refused', (content, message) => {
    expect(() => read(content, 'a.glb')).toThrow(message);
  });
});

test.each([
  ['a.vtu', new Uint8Array(), /empty/],
  ['a.h5', new TextEncoder().encode('\u0089HDF\r\n').subarray(1), /none of|HDF5/],
  ['a.doc', new TextEncoder().encode('Dear all'), /none of VTU, PVD/],
  ['a.glb', new TextEncoder().encode('Dear all'), /does not start as a GLB/],
])('%s of another kind says so', (name, bytes, message) => {
  expect(() => read(bytes, name)).toThrow(message);
});
