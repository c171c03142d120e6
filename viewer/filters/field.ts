import type { NumberArray } from '../../geometry/formats/number-arrays.js';
import type { CellSet } from './cell-set.js';
import type { Triangles } from './triangles.js';

/** Where the values of a field are. */
export type Association = 'cell' | 'point';

/** An array of a file, on its cells or its points. */
export interface Field {
  readonly name: string;
  readonly association: Association;
  readonly components: number;
  /** `[cell or point][component]` */
  readonly values: NumberArray;
  /** '' where the file says none */
  readonly unit: string;
}

/** One number a cell or point, as it is coloured. */
export interface ScalarField {
  readonly association: Association;
  readonly values: Float64Array;
}

/** A component of a field, or, for 'magnitude', √Σ v². A field of one component is itself. */
export function scalarOf(field: Field, component: number | 'magnitude'): ScalarField {
  const { association, components } = field;
  if (components === 1) return { association, values: Float64Array.from(field.values) };
  const values = new Float64Array(field.values.length / components);
  for (let row = 0; row < values.length; row++) {
    if (component !== 'magnitude') {
      values[row] = field.values[row * components + component];
      continue;
    }
    let sum = 0;
    for (let k = 0; k < components; k++) sum += field.values[row * components + k] ** 2;
    values[row] = Math.sqrt(sum);
  }
  return { association, values };
}

/** Values at the corners of triangles: a cell's own value, or between those of the two points that a corner lies between. */
export function cornerValues(triangles: Triangles, { association, values }: ScalarField): Float64Array {
  const corners = new Float64Array(triangles.from.length);
  if (association === 'cell') {
    for (let t = 0; t < triangles.cells.length; t++)
      corners.fill(values[triangles.cells[t]], 3 * t, 3 * t + 3);
    return corners;
  }
  const { from, to, fraction } = triangles;
  for (let i = 0; i < corners.length; i++) {
    const a = values[from[i]];
    corners[i] = fraction[i] === 0 ? a : a + fraction[i] * (values[to[i]] - a);
  }
  return corners;
}

/** Values at the points: those of point data, or the mean of the cells around a point, of those with a finite value. */
export function pointValues(cells: CellSet, { association, values }: ScalarField): Float64Array {
  return association === 'point' ? values : averageAtPoints(cells, values, 1);
}

/** `[point][component]` means over the cells around each point; NaN where none of them has a finite value. */
export function averageAtPoints(cells: CellSet, values: ArrayLike<number>, components: number): Float64Array {
  const { cellCount, cellOffsets, cellPoints } = cells;
  const pointCount = cells.points.length / 3;
  const means = new Float64Array(components * pointCount);
  const counts = new Int32Array(pointCount);
  for (let cell = 0; cell < cellCount; cell++) {
    let finite = true;
    for (let k = 0; k < components; k++) finite &&= Number.isFinite(values[components * cell + k]);
    if (!finite) continue;
    for (let i = cellOffsets[cell]; i < cellOffsets[cell + 1]; i++) {
      const p = cellPoints[i];
      counts[p]++;
      for (let k = 0; k < components; k++) means[components * p + k] += values[components * cell + k];
    }
  }
  for (let p = 0; p < pointCount; p++)
    for (let k = 0; k < components; k++) means[components * p + k] /= counts[p];
  return means;
}

/** `[point][3]` a vector field at the points; 2 components lie in the plane z = 0. */
export function pointVectors(cells: CellSet, { association, components, values }: Field): Float64Array {
  const rows = values.length / components;
  const vectors = new Float64Array(3 * rows);
  for (let row = 0; row < rows; row++)
    for (let k = 0; k < Math.min(3, components); k++) vectors[3 * row + k] = values[row * components + k];
  return association === 'point' ? vectors : averageAtPoints(cells, vectors, 3);
}
