import type { BoundaryTriangles } from './boundary-triangles.js';
import { next, previous } from './half-edges.js';
import { edgeKey, matchPieces } from './match-pieces.js';
import { MeshingFailure } from './meshing-failure.js';
import { type Polyline, polyline } from './polyline.js';
import type { SurfaceFeatures } from './surface-features.js';
import type { TriangleHierarchy } from './triangle-hierarchy.js';

/** Boundary vertices farther from a curve or corner than this, in lattice spacings, are not drawn to it. */
const REACH = 1.4;
/** How strongly a path keeps to its curve: cost of an edge = length·(1 + FIDELITY·(d₁² + d₂²)) */
const FIDELITY = 8;
/** How much dearer a vertex is that lies nearer to another curve */
const FOREIGN = 4;
/** Orders in which the curves may try to find their paths */
const ATTEMPTS = 40;
/** A closed curve shorter than this many lattice spacings has no room for a path around it. */
const SHORTEST_LOOP = 3.5;

/** Where the boundary of a mesh is to lie on the features of a surface. */
export interface Embedding {
  /** `[corner]` vertex */
  readonly cornerVertices: Int32Array;
  readonly paths: readonly EmbeddedCurve[];
  /** `[boundary triangle]` smooth piece of the surface */
  readonly pieceOfTriangle: Int32Array;
}

export interface EmbeddedCurve {
  readonly curve: Polyline;
  /** Vertices in the order of the curve, without repetition; with corners at both ends unless it is closed */
  readonly vertices: Int32Array;
}

/**
 * Chooses the vertices and edges of a boundary that are to become the corners and sharp edges of a surface: for a corner the
 * nearest vertex, for a curve the cheapest path along edges near to it. The paths then must divide the boundary into as many
 * parts as the curves divide the surface.
 */
export function embedFeatures(
  points: Float64Array,
  boundary: BoundaryTriangles,
  features: SurfaceFeatures,
  surface: TriangleHierarchy,
): Embedding | MeshingFailure {
  const { triangles } = boundary;
  const neighbours = neighboursOf(triangles);
  const nearby = vertexGrid(points, neighbours.keys());
  const taken = new Set<number>();

  const cornerVertices = new Int32Array(features.corners.length / 3).fill(-1);
  for (let c = 0; c < cornerVertices.length; c++) {
    const place = triple(features.corners, c);
    let best = REACH ** 2;
    nearby(place, place, (v) => {
      const squared = squaredDistance(points, v, place);
      if (squared >= best || taken.has(v)) return;
      best = squared;
      cornerVertices[c] = v;
    });
    if (cornerVertices[c] < 0)
      return new MeshingFailure('a corner lies too close to others, or on a part too thin', place);
    taken.add(cornerVertices[c]);
  }

  const curves = features.curves.map((feature) => {
    const closed = feature.ends === undefined || feature.ends[0] === feature.ends[1];
    const curve = polyline(feature.points, closed);
    return { feature, closed, curve, candidates: candidatesNear(feature.points, curve) };
  });
  const short = curves.find(({ closed, curve }) => closed && curve.length < SHORTEST_LOOP);
  if (short) return new MeshingFailure('a closed sharp edge is too short', triple(short.feature.points, 0));
  const nearestCurve = new Map<number, number>();
  for (const { candidates } of curves)
    for (const [v, { squared }] of candidates)
      nearestCurve.set(v, Math.min(squared, nearestCurve.get(v) ?? Infinity));

  // short curves have least choice; one that finds no way is put before all others, and they start again
  const order = curves.map((_, i) => i).sort((a, b) => curves[a].curve.length - curves[b].curve.length);
  let vertexLists = new Map<number, number[]>();
  for (let attempt = 0; vertexLists.size < curves.length; attempt++) {
    vertexLists = new Map();
    taken.clear();
    for (const v of cornerVertices) taken.add(v);
    for (const i of order) {
      const vertices = pathFor(curves[i]);
      if (vertices === undefined) {
        if (attempt >= ATTEMPTS || i === order[0])
          return new MeshingFailure(
            'a sharp edge runs too close to another',
            triple(curves[i].feature.points, 0),
          );
        order.splice(order.indexOf(i), 1);
        order.unshift(i);
        break;
      }
      vertexLists.set(i, vertices);
      for (const v of vertices) taken.add(v);
    }
  }
  const onPath = new Set<string>();
  const paths = curves.map(({ curve, closed }, c): EmbeddedCurve => {
    const vertices = vertexLists.get(c)!;
    vertices.forEach((v, i) => {
      if (i + 1 < vertices.length || closed) onPath.add(edgeKey(v, vertices[(i + 1) % vertices.length]));
    });
    return { curve, vertices: Int32Array.from(vertices) };
  });
  const pieceOfTriangle = matchPieces(points, boundary, onPath, features, surface);
  return pieceOfTriangle instanceof MeshingFailure
    ? pieceOfTriangle
    : { cornerVertices, paths, pieceOfTriangle };

  function pathFor({ feature, closed, curve, candidates }: (typeof curves)[number]): number[] | undefined {
    const start = feature.ends && cornerVertices[feature.ends[0]];
    return closed
      ? loopAlong(curve, candidates, start)
      : pathBetween(start!, cornerVertices[feature.ends![1]], candidates, () => true);
  }

  /** Boundary vertices within reach of a curve: squared distance, and where along the curve */
  function candidatesNear(curvePoints: Float64Array, curve: Polyline): Candidates {
    const found: Candidates = new Map();
    for (let i = 0; i + 3 < curvePoints.length; i += 3)
      nearby(triple(curvePoints, i / 3), triple(curvePoints, i / 3 + 1), (v) => {
        if (!found.has(v)) found.set(v, { squared: Infinity, s: 0 });
      });
    for (const v of found.keys()) {
      const place = curve.closest(points[3 * v], points[3 * v + 1], points[3 * v + 2]);
      if (place.squared < REACH ** 2) found.set(v, place);
      else found.delete(v);
    }
    return found;
  }

  /** The cheapest path between two vertices over free candidates that pass a test; by correcting labels until none changes. */
  function pathBetween(
    from: number,
    to: number,
    candidates: Candidates,
    passes: (v: number) => boolean,
  ): number[] | undefined {
    const cost = new Map([[from, 0]]);
    const before = new Map<number, number>();
    const queue = [from];
    for (let head = 0; head < queue.length; head++) {
      const v = queue[head];
      const weight = candidates.get(v)?.squared ?? 0;
      for (const w of neighbours.get(v)!) {
        const place = candidates.get(w);
        if (!place || (w !== to && (taken.has(w) || !passes(w)))) continue;
        const length = Math.sqrt(squaredDistance(points, v, triple(points, w)));
        // what is nearer to another curve is left to it where there is another way
        const foreign = place.squared > nearestCurve.get(w)! ? FOREIGN : 1;
        const total = cost.get(v)! + foreign * length * (1 + FIDELITY * (weight + place.squared));
        if (total >= (cost.get(w) ?? Infinity)) continue;
        cost.set(w, total);
        before.set(w, v);
        if (w !== to) queue.push(w);
      }
    }
    if (!before.has(to)) return undefined;
    const path = [to];
    for (let v = to; v !== from; ) {
      v = before.get(v)!;
      path.push(v);
    }
    return withoutChords(path.reverse());
  }

  /** Leaves out vertices whose neighbours on the path are joined by an edge: drawn to a straight line, their triangle would be flat. */
  function withoutChords(path: number[]): number[] {
    for (let i = 0; i + 2 < path.length; i++)
      for (let j = Math.min(path.length - 1, i + 4); j > i + 1; j--)
        if (neighbours.get(path[i])!.has(path[j])) {
          path.splice(i + 1, j - i - 1);
          break;
        }
    return path;
  }

  /** A path around a closed curve, in three parts so that it cannot take a short cut. */
  function loopAlong(
    curve: Polyline,
    candidates: Candidates,
    corner: number | undefined,
  ): number[] | undefined {
    const third = curve.length / 3;
    const origin = corner === undefined ? 0 : (candidates.get(corner)?.s ?? 0);
    const anchors: number[] = [];
    const target = new Float64Array(3);
    for (let i = 0; i < 3; i++) {
      curve.pointAt(origin + i * third, target);
      let nearest = i === 0 && corner !== undefined ? corner : -1;
      let best = Infinity;
      if (nearest < 0)
        for (const v of candidates.keys()) {
          const squared = squaredDistance(points, v, target);
          if (squared >= best || taken.has(v) || anchors.includes(v)) continue;
          best = squared;
          nearest = v;
        }
      if (nearest < 0) return undefined;
      anchors.push(nearest);
    }
    const loop: number[] = [];
    const mine = new Set(anchors);
    for (let i = 0; i < 3; i++) {
      const slack = Math.min(0.75, third / 4);
      const part = pathBetween(anchors[i], anchors[(i + 1) % 3], candidates, (v) => {
        if (mine.has(v)) return false;
        const s = candidates.get(v)!.s - origin - i * third;
        const along = s - curve.length * Math.floor((s + third) / curve.length);
        return along > -slack && along < third + slack;
      });
      if (!part) return undefined;
      for (const v of part.slice(0, -1)) {
        loop.push(v);
        mine.add(v);
      }
    }
    // chords over the anchors, where the parts meet
    for (let i = loop.length - 1; i >= 0 && loop.length > 4; i--) {
      const [before, after] = [loop[(i + loop.length - 1) % loop.length], loop[(i + 1) % loop.length]];
      if (loop[i] !== corner && neighbours.get(before)!.has(after)) loop.splice(i, 1);
    }
    return loop;
  }
}

type Candidates = Map<number, { squared: number; s: number }>;

function triple(values: Float64Array, i: number): [number, number, number] {
  return [values[3 * i], values[3 * i + 1], values[3 * i + 2]];
}

function squaredDistance(points: Float64Array, v: number, place: ArrayLike<number>): number {
  return (
    (points[3 * v] - place[0]) ** 2 +
    (points[3 * v + 1] - place[1]) ** 2 +
    (points[3 * v + 2] - place[2]) ** 2
  );
}

function neighboursOf(triangles: Int32Array): Map<number, Set<number>> {
  const neighbours = new Map<number, Set<number>>();
  for (let h = 0; h < triangles.length; h++) {
    const set = neighbours.get(triangles[h]) ?? new Set();
    set.add(triangles[next(h)]).add(triangles[previous(h)]);
    neighbours.set(triangles[h], set);
  }
  return neighbours;
}

/** Calls back with the vertices in the unit cells that the box between two places, enlarged by {@link REACH}, meets. */
function vertexGrid(points: Float64Array, vertices: Iterable<number>) {
  const cells = new Map<string, number[]>();
  for (const v of vertices) {
    const key = triple(points, v).map(Math.floor).join(' ');
    const list = cells.get(key);
    if (list) list.push(v);
    else cells.set(key, [v]);
  }
  return (a: readonly number[], b: readonly number[], visit: (v: number) => void) => {
    const low = a.map((x, k) => Math.floor(Math.min(x, b[k]) - REACH));
    const high = a.map((x, k) => Math.floor(Math.max(x, b[k]) + REACH));
    for (let i = low[0]; i <= high[0]; i++)
      for (let j = low[1]; j <= high[1]; j++)
        for (let k = low[2]; k <= high[2]; k++) for (const v of cells.get(`${i} ${j} ${k}`) ?? []) visit(v);
  };
}
