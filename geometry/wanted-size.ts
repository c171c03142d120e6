import { InvalidInputError } from '../common/errors.js';
import { type LocalRefinement, refinedSize } from './local-refinement.js';
import { contains } from './polygon-checks.js';
import type { NormalisedPolygon } from './polygon-geometry.js';
import { limitedSize, type SizeFunction } from './size-field.js';

/** Edge length of the cells in the unit of the coordinates, or a function of position that gives it */
export type CellSize = number | ((x: number, y: number) => number);

/**
 * The dimensionless size that cells are to have: the smallest of `cellSize` and the refinements, limited in its gradation.
 *
 * @throws InvalidInputError if the size is not a positive number somewhere in the domain
 */
export function wantedSize(
  polygon: NormalisedPolygon,
  cellSize: CellSize,
  options: {
    readonly refine: readonly LocalRefinement[];
    readonly gradation: number;
    readonly maximumCells: number;
  },
): SizeFunction {
  const { origin, extent } = polygon;
  const base = (x: number, y: number) => {
    if (typeof cellSize === 'number') return cellSize / extent;
    const [userX, userY] = [origin[0] + extent * x, origin[1] + extent * y];
    const value = cellSize(userX, userY);
    if (value > 0 && value < Number.POSITIVE_INFINITY) return value / extent;
    if (value === Number.POSITIVE_INFINITY || !isInside(polygon, x, y)) return Number.POSITIVE_INFINITY;
    throw new InvalidInputError(
      `generateMesh: cellSize(x, y) must be positive, got ${value} at (${userX}, ${userY}).`,
    );
  };
  const refined = refinedSize(polygon, options.refine, options.gradation);
  const size = (x: number, y: number) => Math.min(base(x, y), refined(x, y), 1);
  return limitedSize(size, {
    gradation: options.gradation,
    maximumSquares: 4 * options.maximumCells + 50_000,
  });
}

function isInside({ rings }: NormalisedPolygon, x: number, y: number): boolean {
  return rings.every((ring, r) => contains(ring, 0, ring.length / 2, x, y) === (r === 0));
}
