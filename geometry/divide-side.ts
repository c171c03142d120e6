import type { NormalisedPolygon } from './polygon-geometry.js';
import { pointOnSide, sideLength } from './polygon-triangulation.js';
import type { SizeFunction } from './size-field.js';

/** Parameters that divide a side into equal pieces about as long as the cell size. */
export function divideEvenly(polygon: NormalisedPolygon, side: number, cellSize: number): number[] {
  const pieces = Math.max(1, Math.round(sideLength(polygon, side) / cellSize));
  return Array.from({ length: pieces - 1 }, (_, i) => (i + 1) / pieces);
}

/** Parameters that divide a side into pieces with equal ∫ds/h. */
export function divideGraded(polygon: NormalisedPolygon, side: number, size: SizeFunction): number[] {
  const length = sideLength(polygon, side);
  const parameters = [0];
  const integral = [0]; // of ds/h up to each parameter, trapezoidal rule with steps of half a cell
  let h = size(...pointOnSide(polygon, side, 0));
  for (let t = 0; t < 1; ) {
    const to = Math.min(1, t + (0.5 * h) / length);
    const next = size(...pointOnSide(polygon, side, to));
    integral.push(integral.at(-1)! + ((to - t) * length * (1 / h + 1 / next)) / 2);
    parameters.push(to);
    t = to;
    h = next;
  }
  const total = integral.at(-1)!;
  const pieces = Math.max(1, Math.round(total));
  const result: number[] = [];
  for (let piece = 1, i = 1; piece < pieces; piece++) {
    const wanted = (total * piece) / pieces;
    while (integral[i] < wanted) i++;
    const fraction = (wanted - integral[i - 1]) / (integral[i] - integral[i - 1]);
    result.push(parameters[i - 1] + fraction * (parameters[i] - parameters[i - 1]));
  }
  return result;
}
