import { InvalidInputError } from '../../common/errors.js';
import type { TriangleSurface } from '../triangle-surface.js';
import { asciiNumber } from './written-arrays.js';

export interface WriteStlOptions {
  /** `binary`: 50 bytes a triangle, float32, one solid; `ascii`: float64 and a solid per patch */
  readonly encoding?: 'binary' | 'ascii';
}

export const WRITE_STL_DEFAULTS = { encoding: 'binary' } as const;

/**
 * A surface as the bytes of an STL file, with unit normals (b − a) × (c − a) / |…|.
 * @throws InvalidInputError if a patch name has a line break or a coordinate is not finite
 */
export function writeStl(surface: TriangleSurface, options: WriteStlOptions = {}): Uint8Array {
  const { encoding } = { ...WRITE_STL_DEFAULTS, ...options };
  const { points, patchNames = [] } = surface;
  const wrong = points.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0)
    throw new InvalidInputError(
      `writeStl: point ${Math.floor(wrong / 3)} must have finite coordinates, got ${points[wrong]}.`,
    );
  const broken = patchNames.find((name) => /[\r\n]/.test(name));
  if (broken !== undefined)
    throw new InvalidInputError(
      `writeStl: a patch name must be one line, got ${JSON.stringify(broken.slice(0, 60))}.`,
    );
  return encoding === 'binary' ? binaryStl(surface) : asciiStl(surface);
}

function binaryStl({ points, triangles }: TriangleSurface): Uint8Array {
  const count = triangles.length / 3;
  const view = new DataView(new ArrayBuffer(84 + 50 * count));
  view.setUint32(80, count, true);
  for (let t = 0; t < count; t++) {
    const normal = normalOf(points, triangles, t);
    for (let k = 0; k < 3; k++) view.setFloat32(84 + 50 * t + 4 * k, normal[k], true);
    for (let k = 0; k < 9; k++)
      view.setFloat32(
        84 + 50 * t + 12 + 4 * k,
        points[3 * triangles[3 * t + Math.floor(k / 3)] + (k % 3)],
        true,
      );
  }
  return new Uint8Array(view.buffer);
}

function asciiStl({ points, triangles, patchNames, trianglePatches }: TriangleSurface): Uint8Array {
  const row = (values: ArrayLike<number>) => Array.from(values, asciiNumber).join(' ');
  const names = patchNames && trianglePatches ? patchNames : ['surface'];
  const parts: string[] = [];
  for (const [patch, name] of names.entries()) {
    parts.push(`solid ${name}\n`);
    for (let t = 0; t < triangles.length / 3; t++) {
      if (trianglePatches && patchNames && trianglePatches[t] !== patch) continue;
      parts.push(`facet normal ${row(normalOf(points, triangles, t))}\nouter loop\n`);
      for (const p of triangles.subarray(3 * t, 3 * t + 3))
        parts.push(`vertex ${row(points.subarray(3 * p, 3 * p + 3))}\n`);
      parts.push('endloop\nendfacet\n');
    }
    parts.push(`endsolid ${name}\n`);
  }
  return new TextEncoder().encode(parts.join(''));
}

function normalOf(points: Float64Array, triangles: Int32Array, t: number): readonly number[] {
  const [a, b, c] = [3 * triangles[3 * t], 3 * triangles[3 * t + 1], 3 * triangles[3 * t + 2]];
  const [ux, uy, uz] = [0, 1, 2].map((k) => points[b + k] - points[a + k]);
  const [vx, vy, vz] = [0, 1, 2].map((k) => points[c + k] - points[a + k]);
  const normal = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
  const length = Math.hypot(...normal);
  return length > 0 ? normal.map((value) => value / length) : [0, 0, 0];
}
