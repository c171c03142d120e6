import type { Mesh } from '../../geometry/index.js';

/** A temperature and the centroid of the cell that has it, m. */
export interface Place {
  readonly value: number;
  readonly at: readonly number[];
}

export interface Temperatures {
  readonly highest: Place;
  readonly lowest: Place;
  /** By volume */
  readonly mean: number;
}

/** Cell averages: between the centroids and at the boundary a temperature may be beyond them. */
export function temperaturesOf(mesh: Mesh, field: Float64Array): Temperatures {
  const { dimension, cellCentroids, cellVolumes } = mesh;
  let [high, low, sum, volume] = [0, 0, 0, 0];
  for (let cell = 0; cell < field.length; cell++) {
    if (field[cell] > field[high]) high = cell;
    if (field[cell] < field[low]) low = cell;
    sum += field[cell] * cellVolumes[cell];
    volume += cellVolumes[cell];
  }
  const place = (cell: number): Place => ({
    value: field[cell],
    at: Array.from(cellCentroids.subarray(dimension * cell, dimension * (cell + 1))),
  });
  return { highest: place(high), lowest: place(low), mean: sum / volume };
}
