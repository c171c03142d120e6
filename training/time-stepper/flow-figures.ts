import { InvalidInputError } from '../../common/errors.js';

/** A uniform grid of two axes on which a flow is given, its frames `[component][y][x]` with components (u, v). */
export interface FlowGrid {
  readonly points: readonly number[];
  /** Distances of neighbours along [y, x] */
  readonly spacing: readonly number[];
  /** `[y][x]`, the fraction of each cell that is fluid; all of it by default */
  readonly mask?: ArrayLike<number>;
}

/** Mean of ½(u² + v²) over the fluid. */
export function kineticEnergy(frame: ArrayLike<number>, grid: FlowGrid): number {
  const [rows, columns] = requireFlow(frame, grid, 'kineticEnergy');
  const cells = rows * columns;
  let [sum, area] = [0, 0];
  for (let cell = 0; cell < cells; cell++) {
    const share = grid.mask ? grid.mask[cell] : 1;
    sum += share * 0.5 * (frame[cell] ** 2 + frame[cells + cell] ** 2);
    area += share;
  }
  return sum / area;
}

/**
 * rms(u_x + v_y) / rms(∇u) by central differences, over the inner points whose neighbours are all fluid: 0 for an
 * incompressible flow up to the error of the differences, which the same number of the solver's own frames shows.
 */
export function relativeDivergence(frame: ArrayLike<number>, grid: FlowGrid): number {
  const [rows, columns] = requireFlow(frame, grid, 'relativeDivergence');
  const cells = rows * columns;
  const [dy, dx] = grid.spacing;
  const isFluid = (cell: number) => !grid.mask || grid.mask[cell] >= 1;
  let [divergence, gradient] = [0, 0];
  for (let y = 1; y < rows - 1; y++) {
    for (let x = 1; x < columns - 1; x++) {
      const cell = y * columns + x;
      if (![cell, cell - 1, cell + 1, cell - columns, cell + columns].every(isFluid)) continue;
      const along = (c: number, step: number, distance: number) =>
        (frame[c * cells + cell + step] - frame[c * cells + cell - step]) / (2 * distance);
      const [ux, uy, vx, vy] = [
        along(0, 1, dx),
        along(0, columns, dy),
        along(1, 1, dx),
        along(1, columns, dy),
      ];
      divergence += (ux + vy) ** 2;
      gradient += ux * ux + uy * uy + vx * vx + vy * vy;
    }
  }
  return Math.sqrt(divergence / gradient);
}

/** v_x − u_y, `[y][x]`: central differences, one-sided ones at the edges. */
export function vorticity(frame: ArrayLike<number>, grid: FlowGrid): Float64Array {
  const [rows, columns] = requireFlow(frame, grid, 'vorticity');
  const cells = rows * columns;
  const [dy, dx] = grid.spacing;
  return Float64Array.from({ length: cells }, (_, cell) => {
    const [y, x] = [Math.floor(cell / columns), cell % columns];
    const [left, right] = [Math.max(x - 1, 0), Math.min(x + 1, columns - 1)];
    const [below, above] = [Math.max(y - 1, 0), Math.min(y + 1, rows - 1)];
    const vx =
      (frame[cells + y * columns + right] - frame[cells + y * columns + left]) / ((right - left) * dx);
    const uy = (frame[above * columns + x] - frame[below * columns + x]) / ((above - below) * dy);
    return vx - uy;
  });
}

function requireFlow(frame: ArrayLike<number>, { points }: FlowGrid, name: string): [number, number] {
  const [rows, columns] = points;
  if (points.length !== 2 || rows < 3 || columns < 3 || frame.length !== 2 * rows * columns) {
    throw new InvalidInputError(
      `${name}: expected two components on a grid of two axes of at least 3 points, got ${frame.length} numbers ` +
        `on ${points.join(' × ')} points`,
    );
  }
  return [rows, columns];
}
