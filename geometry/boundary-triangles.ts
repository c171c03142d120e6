import { pairHalfEdges } from './half-edge-pairs.js';
import { next } from './half-edges.js';
import type { StuffedSet } from './stuff-isosurface.js';

/** The boundary of a set of tetrahedra, which encloses it without touching itself. */
export interface BoundaryTriangles {
  /** `[triangle][3]` vertices, counter-clockwise seen from outside */
  readonly triangles: Int32Array;
  /** `[half-edge]` the half-edge along the same edge in the neighbouring triangle */
  readonly opposite: Int32Array;
}

/** Corners of the face opposite to each corner, counter-clockwise seen from outside */
const OPPOSITE_FACES = [
  [1, 2, 3],
  [0, 3, 2],
  [0, 1, 3],
  [0, 2, 1],
];

/**
 * The outer faces of tetrahedra with at least one vertex inside each, or the vertices in which these touch each other.
 */
export function boundaryTriangles(
  set: StuffedSet,
): BoundaryTriangles | { readonly touching: readonly number[] } {
  const { tetrahedra, onSurface } = set;
  const vertexCount = onSurface.length;
  // a face of three surface vertices belongs to the boundary unless two tetrahedra share it; first[a] starts a chain of the
  // candidates with least vertex a
  const faces: number[] = [];
  const first = new Int32Array(vertexCount).fill(-1);
  const following: number[] = [];
  const shared: boolean[] = [];
  for (let t = 0; t < tetrahedra.length; t += 4) {
    let inner = -1;
    let innerCount = 0;
    for (let i = 0; i < 4; i++)
      if (onSurface[tetrahedra[t + i]] === 0) {
        inner = i;
        innerCount++;
      }
    if (innerCount !== 1) continue;
    const [i, j, k] = OPPOSITE_FACES[inner];
    const [a, b, c] = [tetrahedra[t + i], tetrahedra[t + j], tetrahedra[t + k]];
    const least = Math.min(a, b, c);
    let f = first[least];
    while (f >= 0 && !(has(f, a) && has(f, b) && has(f, c))) f = following[f];
    if (f >= 0) {
      shared[f] = true;
      continue;
    }
    following.push(first[least]);
    first[least] = shared.length;
    shared.push(false);
    faces.push(a, b, c);
  }
  const triangles = Int32Array.from(faces.filter((_, i) => !shared[Math.floor(i / 3)]));
  const { opposite, conflicts } = pairHalfEdges(vertexCount, triangles);
  const touching =
    conflicts.length > 0
      ? conflicts.flatMap(([h]) => [triangles[h], triangles[next(h)]])
      : verticesWithTwoFans(vertexCount, triangles, opposite);
  if (touching.length > 0) return { touching };
  return { triangles, opposite };

  function has(f: number, v: number): boolean {
    return faces[3 * f] === v || faces[3 * f + 1] === v || faces[3 * f + 2] === v;
  }
}

/** Vertices around which the triangles form more than one fan */
function verticesWithTwoFans(vertexCount: number, triangles: Int32Array, opposite: Int32Array): number[] {
  const reached = new Uint8Array(triangles.length);
  const seen = new Uint8Array(vertexCount);
  const found: number[] = [];
  for (let h = 0; h < triangles.length; h++) {
    if (reached[h]) continue;
    if (seen[triangles[h]]) found.push(triangles[h]);
    seen[triangles[h]] = 1;
    for (let e = h; !reached[e]; e = next(opposite[e])) reached[e] = 1;
  }
  return found;
}

/** Euler characteristic V − E + F of a closed triangulation: 2 for each sphere, less 2 for each handle. */
export function eulerCharacteristic(triangles: Int32Array): number {
  return new Set(triangles).size - triangles.length / 6;
}
