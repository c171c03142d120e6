import { meshBoundingBox } from '../../geometry/bounding-box.js';
import type { Mesh } from '../../geometry/index.js';
import type { BoundaryConditions, PoissonProblem } from '../../solvers/index.js';
import type { HeatSource, LiveState, PatchSetting } from './live-state.js';

/** What the sliders say of a problem; a change of `types` or κ is another encoding, all else another right-hand side. */
export type LiveLoads = Pick<LiveState, 'conductivity' | 'patches' | 'source'>;

/** Steady conduction in a mesh as the sliders say. */
export function liveProblem(mesh: Mesh, { conductivity, patches, source }: LiveLoads): PoissonProblem {
  return {
    mesh,
    conductivity,
    source: source.shown ? spotSource(mesh, source) : 0,
    boundaryConditions: liveConditions(patches),
  };
}

export function liveConditions(patches: Readonly<Record<string, PatchSetting>>): BoundaryConditions {
  return Object.fromEntries(
    Object.entries(patches).map(([name, { type, temperature, flux }]) => [
      name,
      type === 'dirichlet' ? { type, value: temperature } : { type, flux },
    ]),
  );
}

/** The types alone, which a basis is encoded for. */
export function liveTypes(
  patches: Readonly<Record<string, PatchSetting>>,
): Record<string, 'dirichlet' | 'neumann'> {
  return Object.fromEntries(Object.entries(patches).map(([name, { type }]) => [name, type]));
}

/**
 * q of every cell, `[cell]`, W/m³: a Gaussian bell around a place, of which all heat stays in the body,
 *
 *     q(x) ∝ exp(−|x − c|²/(2σ²)),   Σ_cells q V = P
 *
 * Beside the body it warms the cells that are nearest.
 */
export function spotSource(
  mesh: Mesh,
  { at, width, power }: Pick<HeatSource, 'at' | 'width' | 'power'>,
): Float64Array {
  const { dimension, cellCount, cellCentroids, cellVolumes } = mesh;
  const { low, high, longestSide } = meshBoundingBox(mesh);
  const centre = low.map((value, axis) => value + at[axis] * (high[axis] - value));
  const squares = new Float64Array(cellCount);
  let nearest = Number.POSITIVE_INFINITY;
  for (let cell = 0; cell < cellCount; cell++) {
    for (let axis = 0; axis < dimension; axis++)
      squares[cell] += (cellCentroids[dimension * cell + axis] - centre[axis]) ** 2;
    nearest = Math.min(nearest, squares[cell]);
  }
  const twice = 2 * (width * longestSide) ** 2;
  let heat = 0;
  // counted from the nearest cell, so that a far place does not leave zeros alone
  const source = squares.map((square) => Math.exp((nearest - square) / twice));
  for (let cell = 0; cell < cellCount; cell++) heat += source[cell] * cellVolumes[cell];
  return source.map((value) => (value * power) / heat);
}
