import { readFileSync } from 'node:fs';
import { packageFile } from '../../common/package-file.js';
import { boxMesh, writeMsh, writeStl, writeVtk, writeVtu } from '../../geometry/index.js';
import { glb } from './surface-files.js';

/** A file that the viewer must refuse, and what its sentence says. */
export interface RefusedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly says: RegExp;
}

const box = boxMesh({ size: [1, 1, 1], cells: [2, 2, 2] });
const fixture = (name: string) => new Uint8Array(readFileSync(packageFile(`test/fixtures/formats/${name}`)));
const text = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes);
const bytesOf = (content: string) => Uint8Array.from(content, (character) => character.charCodeAt(0));
const changed = (bytes: Uint8Array, from: string | RegExp, to: string) => {
  const before = text(bytes);
  const after = before.replace(from, to);
  if (before === after) throw new Error(`refused-files: ${from} is not in the file`);
  return bytesOf(after);
};
const half = (bytes: Uint8Array) => bytes.subarray(0, bytes.length >> 1);

const vtu = writeVtu(box, { encoding: 'ascii' });
const stl = writeStl({
  points: Float64Array.from([0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]),
  triangles: Int32Array.of(0, 2, 1, 0, 1, 3, 0, 3, 2, 1, 2, 3),
});
const ply =
  'ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\nelement face 1\nproperty list uchar int vertex_indices\nend_header\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n';
const laughs = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">${'bcdefghij'
  .split('')
  .map((name, i) => `<!ENTITY ${name} "${`&${'abcdefghi'[i]};`.repeat(10)}">`)
  .join('')}]><VTKFile type="UnstructuredGrid">&j;</VTKFile>`;

function withCount(bytes: Uint8Array, at: number, count: number): Uint8Array {
  const copy = bytes.slice();
  new DataView(copy.buffer).setUint32(at, count, true);
  return copy;
}

/** The header of a block that claims to hold 3 GB, compressed in a few bytes. */
function claimOf3GB(): Uint8Array {
  const header = new Uint8Array(new Uint32Array([1, 3_000_000_000, 0, 16]).buffer);
  const base64 = (part: Uint8Array) => Buffer.from(part).toString('base64');
  return bytesOf(
    `<VTKFile type="UnstructuredGrid" byte_order="LittleEndian" header_type="UInt32" compressor="vtkZLibDataCompressor"><UnstructuredGrid><Piece NumberOfPoints="125000000" NumberOfCells="0"><Points><DataArray type="Float64" NumberOfComponents="3" format="binary">${base64(header)}${base64(new Uint8Array(16))}</DataArray></Points><Cells/></Piece></UnstructuredGrid></VTKFile>`,
  );
}

/** Damaged, hostile and foreign files of every kind that the viewer opens. */
export const refusedFiles: readonly RefusedFile[] = [
  { name: 'half.vtu', bytes: half(fixture('vtk-appended-zlib.vtu')), says: /cut|truncated|closed|end/i },
  { name: 'half-ascii.vtu', bytes: half(fixture('vtk-ascii.vtu')), says: /cut|truncated|closed|end/i },
  { name: 'half.vtk', bytes: half(fixture('vtk-binary-5.1.vtk')), says: /truncated|corrupt/ },
  { name: 'half.msh', bytes: half(fixture('gmsh-box-4.1-binary.msh')), says: /truncated|corrupt|ends/ },
  { name: 'half.stl', bytes: half(stl), says: /truncated/ },
  { name: 'half.ply', bytes: bytesOf(ply.slice(0, -16)), says: /truncated|must follow|end/ },
  { name: 'half.glb', bytes: half(glb()), says: /truncated|corrupt/ },
  {
    name: 'other-end.vtu',
    bytes: changed(writeVtu(box), 'LittleEndian', 'BigEndian'),
    says: /truncated or corrupt/,
  },
  { name: 'lz4.vtu', bytes: fixture('vtk-lz4.vtu'), says: /vtkLZ4.*zlib/ },
  { name: 'lzma.vtu', bytes: fixture('vtk-lzma.vtu'), says: /vtkLZMA.*zlib/ },
  { name: 'laughs.vtu', bytes: bytesOf(laughs), says: /document type/ },
  { name: 'laughs.pvd', bytes: bytesOf(laughs), says: /document type/ },
  {
    name: '3e9-points.vtu',
    bytes: changed(vtu, 'NumberOfPoints="27"', 'NumberOfPoints="3000000000"'),
    says: /count/,
  },
  { name: '3-gb-block.vtu', bytes: claimOf3GB(), says: /block|truncated|corrupt|maximumBytes|bytes/ },
  {
    name: '3e9-nodes.msh',
    bytes: changed(writeMsh(box, { encoding: 'ascii' }), '1 27 1 27', '1 3000000000 1 27'),
    says: /3000000000 nodes take/,
  },
  {
    name: '3e9-points.vtk',
    bytes: changed(writeVtk(box, { encoding: 'ascii' }), 'POINTS 27', 'POINTS 3000000000'),
    says: /truncated|corrupt|points/i,
  },
  { name: '3-gb.stl', bytes: withCount(stl, 80, 60_000_000), says: /truncated/ },
  {
    name: '3e9-vertices.ply',
    bytes: bytesOf(ply.replace('vertex 3', 'vertex 3000000000')),
    says: /do not fit/,
  },
  {
    name: '3e9-values.glb',
    bytes: glb((gltf) => {
      (gltf.accessors as { count: number }[])[0].count = 3e9;
    }),
    says: /beyond the data/,
  },
  { name: 'nothing.vtu', bytes: new Uint8Array(), says: /is empty/ },
  { name: 'letter.vtu', bytes: bytesOf('Dear all,'), says: /none of VTU/ },
];
