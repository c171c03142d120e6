import { FileError } from '../../common/errors.js';
import { mergePoints } from '../merge-points.js';
import { runThrough, STEP_SIZE, type Steps } from '../steps.js';
import type { TriangleSurface } from '../triangle-surface.js';
import { AsciiScanner } from './ascii-scanner.js';
import { excerpt } from './excerpt.js';

export interface ReadStlOptions {
  /** Corners at most this far apart become one point, in units of the file; 0 joins those in the same place only */
  readonly mergeDistance?: number;
}

export const READ_STL_DEFAULTS = { mergeDistance: 0 } as const;

const HEADER_BYTES = 84;
const TRIANGLE_BYTES = 50;

/**
 * Reads an STL file, ascii or binary, as a surface: corners in the same place become one point, and triangles of which two
 * corners do are left out. The solids of an ascii file are patches; those of equal name are one. Normals are ignored, corners
 * are counter-clockwise seen from outside.
 *
 * @throws FileError if the bytes are not such a file, are truncated or corrupt, a coordinate is not finite, or there are no
 * triangles
 */
export function readStl(bytes: Uint8Array, options: ReadStlOptions = {}): TriangleSurface {
  return runThrough(readStlSteps(bytes, options));
}

export function* readStlSteps(bytes: Uint8Array, options: ReadStlOptions = {}): Steps<TriangleSurface> {
  const { mergeDistance } = { ...READ_STL_DEFAULTS, ...options };
  const { corners, solids } = isBinary(bytes) ? yield* readBinary(bytes) : yield* readAscii(bytes);
  const wrong = corners.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0)
    throw new FileError(
      `readStl: triangle ${Math.floor(wrong / 9)} must have finite coordinates, got ${corners[wrong]}.`,
    );
  if (corners.length === 0) throw new FileError('readStl: the file has no triangles.');
  const { mergedIndex, mergedCount } = mergePoints(corners, mergeDistance);
  const points = new Float64Array(3 * mergedCount);
  for (let corner = mergedIndex.length - 1; corner >= 0; corner--)
    points.set(corners.subarray(3 * corner, 3 * corner + 3), 3 * mergedIndex[corner]);
  const triangles = new Int32Array(mergedIndex.length);
  const kept = new Int32Array(mergedIndex.length / 3);
  let count = 0;
  for (let t = 0; t < kept.length; t++) {
    const [a, b, c] = mergedIndex.subarray(3 * t, 3 * t + 3);
    if (a === b || b === c || c === a) continue;
    triangles.set([a, b, c], 3 * count);
    kept[count++] = t;
  }
  return {
    points,
    triangles: triangles.slice(0, 3 * count),
    ...patchesOf(solids, kept.subarray(0, count)),
  };
}

interface Solid {
  readonly name: string;
  readonly firstTriangle: number;
}

/** A binary file is as long as its number of triangles says; its header may well start with `solid`, like an ascii file. */
function isBinary(bytes: Uint8Array): boolean {
  if (bytes.length >= HEADER_BYTES) {
    const count = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(80, true);
    if (bytes.length === HEADER_BYTES + TRIANGLE_BYTES * count) return true;
  }
  const start = new TextDecoder().decode(bytes.subarray(0, 512)).trimStart().slice(0, 5);
  if (start.toLowerCase() === 'solid') return false;
  throw new FileError(
    `readStl: neither 'solid' nor a number of triangles that fits the ${bytes.length} bytes; the file is truncated or no STL file.`,
  );
}

function* readBinary(bytes: Uint8Array): Steps<{ corners: Float64Array; solids: readonly Solid[] }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = (bytes.length - HEADER_BYTES) / TRIANGLE_BYTES;
  const corners = new Float64Array(9 * count);
  for (let t = 0; t < count; t++) {
    const start = HEADER_BYTES + TRIANGLE_BYTES * t + 12;
    for (let k = 0; k < 9; k++) corners[9 * t + k] = view.getFloat32(start + 4 * k, true);
    if (t % (STEP_SIZE >> 4) === 0) yield start;
  }
  return { corners, solids: [] };
}

function* readAscii(bytes: Uint8Array): Steps<{ corners: Float64Array; solids: readonly Solid[] }> {
  const scanner = new AsciiScanner(bytes, 0, bytes.length, 'readStl: the file');
  const expect = (...words: string[]) => {
    for (const word of words) {
      const found = scanner.word();
      if (found.toLowerCase() !== word)
        throw new FileError(`readStl: '${word}' must follow, got '${excerpt(found)}'; the file is corrupt.`);
    }
  };
  // "vertex 0 0 0" three times and the words around them
  let corners = new Float64Array(9 * Math.min(1024, Math.ceil(bytes.length / 80)));
  let filled = 0;
  const solids: Solid[] = [];
  while (!scanner.atEnd()) {
    expect('solid');
    solids.push({ name: scanner.line(), firstTriangle: filled / 9 });
    for (;;) {
      const word = scanner.word().toLowerCase();
      if (word === 'endsolid') break;
      if (word !== 'facet')
        throw new FileError(
          `readStl: 'facet' or 'endsolid' must follow, got '${excerpt(word)}'; the file is corrupt.`,
        );
      expect('normal');
      // a normal of nan is common, and of no use
      for (let k = 0; k < 3; k++) scanner.number();
      expect('outer', 'loop');
      if (filled === corners.length) {
        const grown = new Float64Array(2 * corners.length);
        grown.set(corners);
        corners = grown;
      }
      for (let corner = 0; corner < 3; corner++) {
        expect('vertex');
        for (let k = 0; k < 3; k++) corners[filled++] = scanner.number();
      }
      expect('endloop', 'endfacet');
      if (filled % 9216 === 0) yield scanner.position;
    }
    // the name after endsolid is optional, and on the same line
    scanner.line();
  }
  return { corners: corners.slice(0, filled), solids };
}

function patchesOf(
  solids: readonly Solid[],
  kept: Int32Array,
): Pick<TriangleSurface, 'patchNames' | 'trianglePatches'> {
  if (solids.length === 0 || (solids.length === 1 && solids[0].name === '')) return {};
  const patchNames: string[] = [];
  const patchOfSolid = solids.map(({ name }, i) => {
    const known = name || `solid ${i + 1}`;
    const index = patchNames.indexOf(known);
    return index >= 0 ? index : patchNames.push(known) - 1;
  });
  let solid = 0;
  const trianglePatches = kept.map((triangle) => {
    while (solid + 1 < solids.length && solids[solid + 1].firstTriangle <= triangle) solid++;
    return patchOfSolid[solid];
  });
  return { patchNames, trianglePatches };
}
