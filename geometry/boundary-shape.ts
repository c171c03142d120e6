import type { Embedding } from './embed-features.js';
import type { SurfaceFeatures } from './surface-features.js';
import type { SurfacePoint, TriangleHierarchy } from './triangle-hierarchy.js';

/** What a vertex of a mesh has to lie on. */
export const VERTEX_KINDS = { interior: 0, surface: 1, curve: 2, corner: 3 } as const;

/** What the boundary of a mesh is to lie on, vertex by vertex. */
export interface BoundaryShape {
  /** `[vertex]` one of VERTEX_KINDS */
  readonly kinds: Uint8Array;
  /** Writes into `place` the nearest place where a vertex may lie; false if it may not move. */
  restrict(vertex: number, place: Float64Array): boolean;
  /** Tells the shape that a vertex has moved. */
  moved(vertex: number, place: ArrayLike<number>): void;
}

/** Vertices on a curve keep this fraction of the mean spacing from each other. */
const SPACING = 0.35;

/**
 * The shape given by a surface of smooth pieces, sharp edges and corners: a vertex on a piece is drawn to that piece, one on a
 * curve to the stretch between its neighbours on the curve, one on a corner stays.
 *
 * @param places `[vertex][3]` where the vertices are now
 * @param pieces `[piece]`
 */
export function surfaceShape(
  places: Float64Array,
  triangles: Int32Array,
  embedding: Embedding,
  features: SurfaceFeatures,
  pieces: readonly TriangleHierarchy[],
): BoundaryShape {
  const vertexCount = places.length / 3;
  const kinds = new Uint8Array(vertexCount);
  const pieceOf = new Int32Array(vertexCount).fill(-1);
  triangles.forEach((v, h) => {
    kinds[v] = VERTEX_KINDS.surface;
    pieceOf[v] = embedding.pieceOfTriangle[Math.floor(h / 3)];
  });
  // for a vertex on a curve: which, where along it, and between which others
  const pathOf = new Int32Array(vertexCount).fill(-1);
  const before = new Int32Array(vertexCount).fill(-1);
  const after = new Int32Array(vertexCount).fill(-1);
  const along = embedding.paths.map(({ curve, vertices }) => spacedAlong(curve, vertices, places));
  const position = new Map<number, number>();
  embedding.paths.forEach(({ curve, vertices }, path) => {
    vertices.forEach((v, i) => {
      if (!curve.closed && (i === 0 || i === vertices.length - 1)) return;
      kinds[v] = VERTEX_KINDS.curve;
      pathOf[v] = path;
      before[v] = (i + vertices.length - 1) % vertices.length;
      after[v] = (i + 1) % vertices.length;
      position.set(v, i);
    });
  });
  const cornerOf = new Map<number, number>();
  embedding.cornerVertices.forEach((v, c) => {
    kinds[v] = VERTEX_KINDS.corner;
    cornerOf.set(v, c);
  });
  const found: SurfacePoint = { x: 0, y: 0, z: 0, triangle: 0, distance: 0 };

  return { kinds, restrict, moved };

  function restrict(v: number, place: Float64Array): boolean {
    if (kinds[v] === VERTEX_KINDS.interior) return true;
    if (kinds[v] === VERTEX_KINDS.corner) {
      const c = cornerOf.get(v)!;
      for (let k = 0; k < 3; k++) place[k] = features.corners[3 * c + k];
      return true;
    }
    if (kinds[v] === VERTEX_KINDS.surface) {
      pieces[pieceOf[v]].closestPoint(place[0], place[1], place[2], found);
      place[0] = found.x;
      place[1] = found.y;
      place[2] = found.z;
      return true;
    }
    const { curve } = embedding.paths[pathOf[v]];
    const s = along[pathOf[v]];
    const [low, high] = room(v);
    curve.pointAt(
      Math.min(high, Math.max(low, near(curve.closest(place[0], place[1], place[2]).s, v))),
      place,
    );
    return s.length > 0;
  }

  /** The stretch of its curve that a vertex may use, in the turn of the curve that its own position counts in */
  function room(v: number): [number, number] {
    const { curve } = embedding.paths[pathOf[v]];
    const s = along[pathOf[v]];
    const margin = (SPACING * curve.length) / s.length;
    const i = position.get(v)!;
    const from = s[before[v]] - (before[v] > i ? curve.length : 0);
    const to = s[after[v]] + (after[v] < i ? curve.length : 0);
    return to - from > 2 * margin ? [from + margin, to - margin] : [(from + to) / 2, (from + to) / 2];
  }

  /** The turn of s, on a closed curve, that is nearest to where the vertex is */
  function near(s: number, v: number): number {
    const { curve } = embedding.paths[pathOf[v]];
    if (!curve.closed) return s;
    const current = along[pathOf[v]][position.get(v)!];
    return s + curve.length * Math.round((current - s) / curve.length);
  }

  function moved(v: number, place: ArrayLike<number>): void {
    if (kinds[v] !== VERTEX_KINDS.curve) return;
    const { curve } = embedding.paths[pathOf[v]];
    along[pathOf[v]][position.get(v)!] = near(curve.closest(place[0], place[1], place[2]).s, v);
  }
}

/** Where the vertices of a path lie along its curve: at the nearest places, spread where these crowd or run backwards. */
function spacedAlong(
  curve: Embedding['paths'][number]['curve'],
  vertices: Int32Array,
  places: Float64Array,
): Float64Array {
  const count = vertices.length;
  const s = Float64Array.from(
    vertices,
    (v) => curve.closest(places[3 * v], places[3 * v + 1], places[3 * v + 2]).s,
  );
  const [first, last] = curve.closed ? [0, count] : [1, count - 1];
  if (curve.closed) {
    // turns of the curve counted so that the positions rise
    for (let i = 1; i < count; i++)
      s[i] += curve.length * Math.round((s[i - 1] + curve.length / count - s[i]) / curve.length);
  } else {
    s[0] = 0;
    s[count - 1] = curve.length;
  }
  const margin = (SPACING * curve.length) / count;
  for (let pass = 0; pass < 50; pass++)
    for (let i = first; i < last; i++) {
      const from = i > 0 ? s[i - 1] : s[count - 1] - curve.length;
      const to = i + 1 < count ? s[i + 1] : s[0] + curve.length;
      if (s[i] - from < margin || to - s[i] < margin) s[i] = (from + to) / 2;
    }
  return s;
}
