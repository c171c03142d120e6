import { zlibSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { FileError } from '../../common/errors.js';
import {
  boxMesh,
  meshFromFile,
  readMesh,
  readMsh,
  readPvd,
  readStl,
  readVtk,
  readVtu,
  writeMsh,
  writeStl,
  writeVtk,
  writeVtu,
} from '../../geometry/index.js';

const box = boxMesh({ size: [1, 1, 1], cells: [2, 2, 2] });
const text = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes);
const bytes = (content: string) => Uint8Array.from(content, (character) => character.charCodeAt(0));
const vtu = text(writeVtu(box, { encoding: 'ascii' }));
const msh = text(writeMsh(box, { encoding: 'ascii' }));
const vtk = text(writeVtk(box, { encoding: 'ascii' }));

/** One block that unpacks to `size` zeros, a thousandth of it long. */
function bomb(size: number): string {
  const block = zlibSync(new Uint8Array(size));
  const header = new Uint8Array(new Uint32Array([1, size, 0, block.length]).buffer);
  const base64 = (part: Uint8Array) => Buffer.from(part).toString('base64');
  return `<VTKFile type="UnstructuredGrid" byte_order="LittleEndian" header_type="UInt32" compressor="vtkZLibDataCompressor"><UnstructuredGrid><Piece NumberOfPoints="${size / 24}" NumberOfCells="0"><Points><DataArray type="Float64" NumberOfComponents="3" format="binary">${base64(header)}${base64(block)}</DataArray></Points><Cells/></Piece></UnstructuredGrid></VTKFile>`;
}

describe('hostile files get one clear error, before memory is taken', () => {
  const laughs = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><VTKFile type="UnstructuredGrid">&b;</VTKFile>`;
  const many = `<VTKFile type="UnstructuredGrid">${'<a/>'.repeat(300_000)}</VTKFile>`;
  it.each([
    ['billion laughs', () => readVtu(bytes(laughs)), /document type/],
    ['billion laughs in a series', () => readPvd(bytes(laughs)), /document type/],
    ['elements without end', () => readVtu(bytes(many)), /more than 200000 XML elements/],
    ['a zlib bomb', () => readVtu(bytes(bomb(24_000_000)), { maximumBytes: 2 ** 20 }), /maximumBytes/],
    [
      'a count of three thousand million',
      () => readVtu(bytes(vtu.replace('NumberOfPoints="27"', 'NumberOfPoints="3000000000"'))),
      /count/,
    ],
    [
      'an offset outside',
      () => readVtu(bytes(text(writeVtu(box)).replace(/offset="\d{3,}"/, 'offset="999999999"'))),
      /starts at byte 999999999/,
    ],
    [
      'the other byte order',
      () => readVtu(bytes(text(writeVtu(box)).replace('LittleEndian', 'BigEndian'))),
      /truncated or corrupt/,
    ],
    [
      'a point that is not a number',
      () => meshFromFile(readVtu(bytes(vtu.replace(/(Points"[^>]*>\s*)0/, '$1nan')))),
      /finite/,
    ],
    [
      'huge node tags',
      () => readMsh(bytes(msh.replace(/\n1\n2\n3\n/, '\n1\n2\n9007199254740991\n'))),
      /names node 3/,
    ],
    [
      'three thousand million nodes',
      () => readMsh(bytes(msh.replace('1 27 1 27', '1 3000000000 1 27'))),
      /3000000000 nodes take/,
    ],
    [
      'a negative count of nodes',
      () => readMsh(bytes(msh.replace('1 27 1 27', '1 -27 1 27'))),
      /whole number/,
    ],
    ['an unknown MSH version', () => readMsh(bytes(msh.replace('4.1 0 8', '4.0 0 8'))), /version 4.1 or 2.2/],
    [
      'legacy cells beyond the file',
      () => readVtk(bytes(vtk.replace('CELLS 8 72', 'CELLS 8 720000000'))),
      /truncated or corrupt/,
    ],
    [
      'a legacy cell that names no point',
      () => readVtk(bytes(vtk.replace(/(CELLS 8 72\n8) 0/, '$1 77'))),
      /names point 77/,
    ],
    ['an STL of nothing', () => readStl(new Uint8Array(84)), /no triangles/],
    [
      'an STL cut short',
      () =>
        readStl(
          writeStl({
            points: Float64Array.from([0, 0, 0, 1, 0, 0, 0, 1, 0]),
            triangles: Int32Array.of(0, 1, 2),
          }).subarray(0, 100),
        ),
      /truncated/,
    ],
    [
      'an STL corner at infinity',
      () =>
        readStl(
          bytes(
            'solid a\nfacet normal 0 0 1\nouter loop\nvertex inf 0 0\nvertex 1 0 0\nvertex 0 1 0\nendloop\nendfacet\nendsolid a',
          ),
        ),
      /finite/,
    ],
  ] as [string, () => unknown, RegExp][])('%s', (_, read, message) => {
    expect(read).toThrow(FileError);
    expect(read).toThrow(message);
  });

  it('a file of no known format', async () => {
    await expect(readMesh(bytes('%PDF-1.7'))).rejects.toThrow(/neither VTU, Gmsh MSH nor legacy VTK/);
  });

  it('every truncation of every format', () => {
    const end = (content: string) => content.trimEnd().length;
    for (const [content, read] of [
      [msh, readMsh],
      [text(writeMsh(box)), readMsh],
      [vtk, readVtk],
      [text(writeVtk(box)), readVtk],
    ] as const)
      for (let length = 0; length < end(content) - 12; length += 5)
        expect(() => meshFromFile(read(bytes(content.slice(0, length)))), String(length)).toThrow(FileError);
  });
});
