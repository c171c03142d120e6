import { GeometryError } from '../common/errors.js';
import type { PolygonInterface } from './polygon-geometry.js';
import { interpolate } from './polygon-triangulation.js';
import { orientation } from './predicates.js';

/** Dimensionless distance within which a vertex of an interface is taken to lie on another vertex or line */
export const SNAP_DISTANCE = 2 ** -30;

/** Corners `[corner][2]` and sides of the rings; side i starts at corner i. */
export interface Outline {
  readonly coordinates: Float64Array;
  readonly original: Float64Array;
  readonly sideEnd: Int32Array;
  readonly sidePatch: Int32Array;
}

interface Segment {
  readonly from: number;
  readonly to: number;
  readonly patch: number;
  readonly interface: number;
  /** Corners on the segment and their positions, 0 at its start and 1 at its end */
  readonly cuts: { t: number; corner: number }[];
}

/** @throws GeometryError if an interface has no name, too few vertices or a coordinate that is not finite */
export function checkInterfaces(interfaces: readonly PolygonInterface[]): void {
  interfaces.forEach(({ name, vertices, closed, region }, i) => {
    if (typeof name !== 'string' || name === '')
      throw new GeometryError(`generateMesh: interface ${i} needs a name.`);
    const least = closed ? 3 : 2;
    if (!Array.isArray(vertices) || vertices.length < least)
      throw new GeometryError(
        `generateMesh: interface "${name}" needs at least ${least} vertices, got ${vertices?.length}.`,
      );
    vertices.forEach((vertex, v) => {
      if (vertex?.length !== 2 || !Number.isFinite(vertex[0]) || !Number.isFinite(vertex[1]))
        throw new GeometryError(
          `generateMesh: vertex ${v} of interface "${name}" must be two finite numbers, got [${vertex}].`,
        );
    });
    if (region !== undefined && (!closed || region === ''))
      throw new GeometryError(
        `generateMesh: interface "${name}" names a region, so it must be closed and the name not empty; use regions with a point otherwise.`,
      );
  });
}

/**
 * The sides of the rings and of the interfaces as one planar graph: split wherever they meet, every piece once; a piece
 * shared by several belongs to the ring, else to the interface listed first. Without interfaces the outline as it is.
 */
export function joinInterfaces(
  outline: Outline,
  interfaces: readonly PolygonInterface[],
  scale: (point: readonly [number, number]) => [number, number],
) {
  const corners = new CornerList(outline);
  const segments: Segment[] = Array.from(outline.sideEnd, (to, from) => ({
    from,
    to,
    patch: outline.sidePatch[from],
    interface: -1,
    cuts: [],
  }));
  const names = [...new Set(interfaces.map(({ name }) => name))];
  for (const { name, vertices, closed } of interfaces) {
    const chain = vertices.map((vertex) => {
      const scaled = scale(vertex);
      // farther out the triangulation has no room; nearer, the triangles tell
      if (scaled.some((value) => value < -1 || value > 2))
        throw new GeometryError(
          `generateMesh: interface "${name}" leaves the domain at (${vertex}); end it at the boundary.`,
        );
      return corners.add(scaled, vertex);
    });
    if (closed) chain.push(chain[0]);
    const before = segments.length;
    for (let i = 1; i < chain.length; i++)
      if (chain[i] !== chain[i - 1])
        segments.push({
          from: chain[i - 1],
          to: chain[i],
          patch: -1,
          interface: names.indexOf(name),
          cuts: [],
        });
    if (segments.length === before)
      throw new GeometryError(`generateMesh: interface "${name}" has zero size: all its vertices coincide.`);
  }
  cutWhereTheyMeet(segments, outline.sideEnd.length, corners);
  return { ...corners.arrays(), ...pieces(segments, corners.count), interfaceNames: names };
}

/** Corners, found again within the snap distance. */
class CornerList {
  private readonly coordinates: number[];
  private readonly original: number[];
  private readonly buckets = new Map<string, number[]>();

  constructor(outline: Outline) {
    this.coordinates = [...outline.coordinates];
    this.original = [...outline.original];
    for (let c = 0; c < this.count; c++) this.register(c);
  }

  get count(): number {
    return this.coordinates.length / 2;
  }

  at(c: number): [number, number] {
    return [this.coordinates[2 * c], this.coordinates[2 * c + 1]];
  }

  add([x, y]: readonly [number, number], original: readonly [number, number]): number {
    for (let i = -1; i <= 1; i++)
      for (let j = -1; j <= 1; j++)
        for (const c of this.buckets.get(this.key(x + i * SNAP_DISTANCE, y + j * SNAP_DISTANCE)) ?? []) {
          const [cx, cy] = this.at(c);
          if (Math.hypot(cx - x, cy - y) <= SNAP_DISTANCE) return c;
        }
    this.coordinates.push(x, y);
    this.original.push(...original);
    this.register(this.count - 1);
    return this.count - 1;
  }

  /** Dimensionless and original position at a parameter of a segment */
  along({ from, to }: Segment, t: number): { position: [number, number]; original: [number, number] } {
    const on = (values: number[]): [number, number] => [
      interpolate(values[2 * from], values[2 * to], t),
      interpolate(values[2 * from + 1], values[2 * to + 1], t),
    ];
    return { position: on(this.coordinates), original: on(this.original) };
  }

  /** Puts a corner beside a segment onto it; along a segment parallel to an axis it stays exactly where it is. */
  project(c: number, { from, to }: Segment, t: number): void {
    for (const values of [this.coordinates, this.original]) {
      const parallel = values[2 * from] === values[2 * to] || values[2 * from + 1] === values[2 * to + 1];
      for (let d = 0; d < 2; d++) {
        const [start, end] = [values[2 * from + d], values[2 * to + d]];
        if (start === end || !parallel) values[2 * c + d] = interpolate(start, end, t);
      }
    }
  }

  arrays() {
    return {
      coordinates: Float64Array.from(this.coordinates),
      original: Float64Array.from(this.original),
    };
  }

  private register(c: number): void {
    const key = this.key(...this.at(c));
    const list = this.buckets.get(key);
    if (list) list.push(c);
    else this.buckets.set(key, [c]);
  }

  private key(x: number, y: number): string {
    return `${Math.floor(x / SNAP_DISTANCE)},${Math.floor(y / SNAP_DISTANCE)}`;
  }
}

/** Sweep over x with pruning; two sides of rings meet at their ends only. */
function cutWhereTheyMeet(segments: readonly Segment[], ringSides: number, corners: CornerList): void {
  if (segments.length === ringSides) return;
  const extent = (s: number, d: 0 | 1) => {
    const [a, b] = [corners.at(segments[s].from)[d], corners.at(segments[s].to)[d]];
    return a < b ? [a - SNAP_DISTANCE, b + SNAP_DISTANCE] : [b - SNAP_DISTANCE, a + SNAP_DISTANCE];
  };
  const xs = segments.map((_, s) => extent(s, 0));
  const ys = segments.map((_, s) => extent(s, 1));
  const order = segments.map((_, s) => s).sort((a, b) => xs[a][0] - xs[b][0]);
  let active: number[] = [];
  for (const s of order) {
    active = active.filter((t) => xs[t][1] >= xs[s][0]);
    for (const t of active)
      if (Math.max(s, t) >= ringSides && ys[s][0] <= ys[t][1] && ys[t][0] <= ys[s][1])
        cutPair(segments[Math.min(s, t)], segments[Math.max(s, t)], corners);
    active.push(s);
  }
}

function cutPair(a: Segment, b: Segment, corners: CornerList): void {
  let touching = false;
  for (const [segment, other] of [
    [a, b],
    [b, a],
  ])
    for (const corner of [other.from, other.to]) {
      if (corner === segment.from || corner === segment.to) {
        touching = true;
        continue;
      }
      const t = nearestParameter(segment, corner, corners);
      if (t === undefined) continue;
      touching = true;
      segment.cuts.push({ t, corner });
      if (segment.patch >= 0) corners.project(corner, segment, t);
    }
  if (touching) return;
  const [p, q, u, v] = [a.from, a.to, b.from, b.to].map((c) => corners.at(c));
  const sideU = orientation(...p, ...q, ...u);
  const sideV = orientation(...p, ...q, ...v);
  const sideP = orientation(...u, ...v, ...p);
  const sideQ = orientation(...u, ...v, ...q);
  if (!(sideU * sideV < 0 && sideP * sideQ < 0)) return;
  const t = sideP / (sideP - sideQ);
  const { position, original } = corners.along(a, t);
  const corner = corners.add(position, original);
  a.cuts.push({ t, corner });
  b.cuts.push({ t: sideU / (sideU - sideV), corner });
}

/** Parameter of the point of a segment next to a corner, if they are within the snap distance. */
function nearestParameter(segment: Segment, corner: number, corners: CornerList): number | undefined {
  const [ax, ay] = corners.at(segment.from);
  const [bx, by] = corners.at(segment.to);
  const [x, y] = corners.at(corner);
  const [dx, dy] = [bx - ax, by - ay];
  const t = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy);
  if (!(t > 0 && t < 1)) return undefined;
  return Math.hypot(x - ax - t * dx, y - ay - t * dy) <= SNAP_DISTANCE ? t : undefined;
}

function pieces(segments: readonly Segment[], cornerCount: number) {
  const seen = new Set<number>();
  const rows: { from: number; to: number; segment: Segment }[] = [];
  for (const segment of segments) {
    const inner = segment.cuts.sort((a, b) => a.t - b.t).map(({ corner }) => corner);
    const chain = [segment.from, ...inner, segment.to].filter((c, i, all) => c !== all[i - 1]);
    for (let i = 1; i < chain.length; i++) {
      const [from, to] = [chain[i - 1], chain[i]];
      const key = Math.min(from, to) * cornerCount + Math.max(from, to);
      if (seen.has(key)) continue;
      seen.add(key);
      rows.push({ from, to, segment });
    }
  }
  return {
    sideStart: Int32Array.from(rows, ({ from }) => from),
    sideEnd: Int32Array.from(rows, ({ to }) => to),
    sidePatch: Int32Array.from(rows, ({ segment }) => segment.patch),
    sideInterface: Int32Array.from(rows, ({ segment }) => segment.interface),
  };
}
