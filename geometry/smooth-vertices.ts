import { ENCLOSING_VERTICES, next, previous } from './half-edges.js';
import type { PolygonTriangulation } from './polygon-triangulation.js';
import { orientation } from './predicates.js';
import type { SizeFunction } from './size-field.js';

export interface SmoothingOptions {
  readonly passes: number;
  /**
   * A move may not bring the smallest adjacent angle below both its old value and `floor`; a vertex with an adjacent angle
   * below `minimum` stays, since a better smallest angle could hide another that falls below it. Degrees.
   */
  readonly keepAngles?: { readonly floor: number; readonly minimum: number };
  /** Wanted edge length, where it varies */
  readonly size?: SizeFunction;
}

/**
 * Moves every interior vertex towards the optimal Delaunay position Σw(T)c(T)/Σw(T), c(T) the circumcentre of an adjacent
 * triangle T and w(T) = |T|/h⁴ its area over the fourth power of the wanted edge length, and restores the Delaunay property
 * after each pass. A move is made only if no adjacent triangle turns over.
 * Source: L. Chen and M. Holst, "Efficient mesh optimization schemes based on optimal Delaunay triangulations", 2011.
 */
export function smoothVertices(mesh: PolygonTriangulation, options: SmoothingOptions): void {
  const { triangulation, vertexSide } = mesh;
  const { passes, keepAngles, size } = options;
  const cosine = (degrees: number) => Math.cos((degrees * Math.PI) / 180);
  const keep = keepAngles && { floor: cosine(keepAngles.floor), minimum: cosine(keepAngles.minimum) };
  for (let pass = 0; pass < passes; pass++) {
    const sizes = size && vertexSizes(mesh, size);
    for (let v = ENCLOSING_VERTICES; v < triangulation.vertexCount; v++)
      if (vertexSide[v] < 0) moveVertex(mesh, v, keep, sizes);
    triangulation.restoreDelaunayEverywhere();
  }
}

function vertexSizes({ triangulation }: PolygonTriangulation, size: SizeFunction): Float64Array {
  const { x, y, vertexCount } = triangulation;
  return Float64Array.from({ length: vertexCount }, (_, v) => size(x[v], y[v]));
}

function moveVertex(
  mesh: PolygonTriangulation,
  v: number,
  keep: { floor: number; minimum: number } | undefined,
  sizes: Float64Array | undefined,
): void {
  const { triangulation } = mesh;
  const { x, y, vertexOf } = triangulation;
  const [x0, y0] = [x[v], y[v]];
  let [sumX, sumY, sum] = [0, 0, 0];
  const link: number[] = [];
  triangulation.forEachEdgeFrom(v, (e) => {
    const [b, c] = [vertexOf[next(e)], vertexOf[previous(e)]];
    link.push(b, c);
    const [bx, by, cx, cy] = [x[b] - x0, y[b] - y0, x[c] - x0, y[c] - y0];
    const [b2, c2] = [bx * bx + by * by, cx * cx + cy * cy];
    const ratio = sizes ? (3 * sizes[v]) / (sizes[v] + sizes[b] + sizes[c]) : 1;
    const weight = ratio * ratio * (ratio * ratio);
    // |T|·c(T) needs no division by the area: circumcentre = (c·|b|² − …)/(4|T|)
    sumX += (weight * (cy * b2 - by * c2)) / 4;
    sumY += (weight * (bx * c2 - cx * b2)) / 4;
    sum += (weight * (bx * cy - cx * by)) / 2;
  });
  const before = keep ? largestCosine(x, y, link, x0, y0) : 0;
  if (keep && before > keep.minimum) return;
  for (let step = 1; step > 0.2; step /= 2) {
    const newX = x0 + (step * sumX) / sum;
    const newY = y0 + (step * sumY) / sum;
    if (!staysValid(x, y, link, newX, newY)) continue;
    if (keep) {
      const after = largestCosine(x, y, link, newX, newY);
      if (after > before && after > keep.floor) continue;
    }
    x[v] = newX;
    y[v] = newY;
    return;
  }
}

function staysValid(x: Float64Array, y: Float64Array, link: readonly number[], px: number, py: number) {
  for (let i = 0; i < link.length; i += 2) {
    const [b, c] = [link[i], link[i + 1]];
    if (!(orientation(x[b], y[b], x[c], y[c], px, py) > 0)) return false;
  }
  return true;
}

/** Cosine of the smallest angle of the triangles between a point and the edges around it. */
function largestCosine(
  x: Float64Array,
  y: Float64Array,
  link: readonly number[],
  px: number,
  py: number,
): number {
  let largest = -1;
  for (let i = 0; i < link.length; i += 2) {
    const [b, c] = [link[i], link[i + 1]];
    largest = Math.max(largest, cosineOfSmallestAngle(px, py, x[b], y[b], x[c], y[c]));
  }
  return largest;
}

/** Cosine of the angle opposite to the shortest side of a triangle. */
export function cosineOfSmallestAngle(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
): number {
  const a2 = (bx - cx) ** 2 + (by - cy) ** 2;
  const b2 = (cx - ax) ** 2 + (cy - ay) ** 2;
  const c2 = (ax - bx) ** 2 + (ay - by) ** 2;
  const shortest = Math.min(a2, b2, c2);
  const others = a2 + b2 + c2 - shortest;
  const product = shortest === a2 ? b2 * c2 : shortest === b2 ? c2 * a2 : a2 * b2;
  return (others - shortest) / (2 * Math.sqrt(product));
}
