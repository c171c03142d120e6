import { InvalidInputError } from '../common/errors.js';
import { combineSeeds, createRandom } from '../common/random.js';
import type { PolygonGeometry } from './polygon-geometry.js';

export interface CornerRemovedSquareOptions {
  /** How many corners lose a rectangle: 0 to 4. Which ones is drawn at random. */
  readonly corners: number;
  readonly seed: number;
  /** Side length of the square */
  readonly side?: number;
  /** Smallest and largest width and height of a removed rectangle, as fractions of the side; below 1/2 */
  readonly cut?: readonly [number, number];
}

export const CORNER_REMOVED_SQUARE_DEFAULTS = { side: 2 * Math.PI, cut: [0.1, 0.4] } as const;

/** Counter-clockwise from the origin: name, position in units of the side, and which way its first new side runs */
const CORNERS = [
  { name: 'bottom-left', x: 0, y: 0, arrives: 'vertical' },
  { name: 'bottom-right', x: 1, y: 0, arrives: 'horizontal' },
  { name: 'top-right', x: 1, y: 1, arrives: 'vertical' },
  { name: 'top-left', x: 0, y: 1, arrives: 'horizontal' },
] as const;

const SIDES = ['bottom', 'right', 'top', 'left'] as const;

/**
 * The square [0, side]² without axis-aligned rectangles at some of its corners; width and height of each are uniform in
 * `cut`·side. Every straight side is a patch of its own: `bottom`, `right`, `top`, `left`, and for a removed corner
 * `corner-bottom-left-horizontal` and `corner-bottom-left-vertical`.
 *
 * @throws InvalidInputError if an option is out of range
 */
export function cornerRemovedSquare(options: CornerRemovedSquareOptions): PolygonGeometry {
  const { corners, seed, side, cut } = { ...CORNER_REMOVED_SQUARE_DEFAULTS, ...options };
  if (!Number.isInteger(corners) || corners < 0 || corners > 4)
    throw new InvalidInputError(`cornerRemovedSquare: corners must be 0, 1, 2, 3 or 4, got ${corners}.`);
  if (!Number.isSafeInteger(seed))
    throw new InvalidInputError(`cornerRemovedSquare: seed must be an integer, got ${seed}.`);
  if (!(side > 0 && Number.isFinite(side)))
    throw new InvalidInputError(`cornerRemovedSquare: side must be a positive length, got ${side}.`);
  if (!(cut[0] > 0 && cut[0] <= cut[1] && cut[1] < 0.5))
    throw new InvalidInputError(
      `cornerRemovedSquare: cut must be [smallest, largest] with 0 < smallest ≤ largest < 1/2, got [${cut}].`,
    );
  const random = createRandom(combineSeeds(seed));
  const remaining = [0, 1, 2, 3];
  const removed = new Set<number>();
  for (let i = 0; i < corners; i++)
    removed.add(remaining.splice(random.integer(0, remaining.length - 1), 1)[0]);

  const vertices: [number, number][] = [];
  const patches: string[] = [];
  CORNERS.forEach(({ name, x, y, arrives }, corner) => {
    if (removed.has(corner)) {
      const width = random.uniform(cut[0], cut[1]) * side;
      const height = random.uniform(cut[0], cut[1]) * side;
      const innerX = x === 0 ? width : side - width;
      const innerY = y === 0 ? height : side - height;
      // coming along a vertical side of the square, the first new side is horizontal, and the other way round
      const first: [number, number] = arrives === 'vertical' ? [x * side, innerY] : [innerX, y * side];
      const last: [number, number] = arrives === 'vertical' ? [innerX, y * side] : [x * side, innerY];
      const directions = arrives === 'vertical' ? ['horizontal', 'vertical'] : ['vertical', 'horizontal'];
      vertices.push(first, [innerX, innerY], last);
      patches.push(...directions.map((direction) => `corner-${name}-${direction}`), SIDES[corner]);
    } else {
      vertices.push([x * side, y * side]);
      patches.push(SIDES[corner]);
    }
  });
  return { outer: { vertices, patches } };
}
