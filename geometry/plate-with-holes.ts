import { GeometryError, InvalidInputError } from '../common/errors.js';
import { combineSeeds, createRandom } from '../common/random.js';
import { arcVertices } from './arc-vertices.js';
import type { PolygonGeometry, PolygonRing } from './polygon-geometry.js';

export interface PlateWithHolesOptions {
  readonly holes: number;
  readonly seed: number;
  readonly width?: number;
  readonly height?: number;
  /** Smallest and largest radius, as fractions of the shorter side of the plate */
  readonly radius?: readonly [number, number];
  /** Smallest distance between two holes and between a hole and the rim, as a fraction of the shorter side */
  readonly gap?: number;
  /** Sides of the regular polygon, inscribed in the circle, that stands for a hole */
  readonly sides?: number;
}

export const PLATE_WITH_HOLES_DEFAULTS = {
  width: 2 * Math.PI,
  height: 2 * Math.PI,
  radius: [0.05, 0.12],
  gap: 0.06,
  sides: 24,
} as const;

const ATTEMPTS_PER_HOLE = 2000;

/**
 * The rectangle [0, width] × [0, height] with circular holes of random radius and place that keep their distance.
 * Patches: `bottom`, `right`, `top`, `left`, `hole-0`, `hole-1`, …
 *
 * @throws InvalidInputError if an option is out of range
 * @throws GeometryError if no room is found for so many holes
 */
export function plateWithHoles(options: PlateWithHolesOptions): PolygonGeometry {
  const { holes, seed, width, height, radius, gap, sides } = { ...PLATE_WITH_HOLES_DEFAULTS, ...options };
  if (!Number.isInteger(holes) || holes < 0)
    throw new InvalidInputError(`plateWithHoles: holes must be a count, got ${holes}.`);
  if (!Number.isSafeInteger(seed))
    throw new InvalidInputError(`plateWithHoles: seed must be an integer, got ${seed}.`);
  const shorter = Math.min(width, height);
  if (!(shorter > 0 && Number.isFinite(width) && Number.isFinite(height)))
    throw new InvalidInputError(
      `plateWithHoles: width and height must be positive, got ${width} and ${height}.`,
    );
  if (!(radius[0] > 0 && radius[0] <= radius[1] && radius[1] < 0.5) || !(gap > 0))
    throw new InvalidInputError(
      `plateWithHoles: radius must be [smallest, largest] with 0 < smallest ≤ largest < 1/2 and gap positive, got [${radius}] and ${gap}.`,
    );
  if (!Number.isInteger(sides) || sides < 3)
    throw new InvalidInputError(`plateWithHoles: sides must be an integer of at least 3, got ${sides}.`);

  const random = createRandom(combineSeeds(seed));
  const placed: { x: number; y: number; r: number }[] = [];
  const rings: PolygonRing[] = [];
  while (placed.length < holes) {
    const circle = place();
    placed.push(circle);
    const { x, y, r } = circle;
    const vertices = arcVertices({ centre: [x, y], radius: r, pieces: sides });
    rings.push({ vertices, patches: `hole-${rings.length}` });
  }
  return {
    outer: {
      vertices: [
        [0, 0],
        [width, 0],
        [width, height],
        [0, height],
      ],
      patches: ['bottom', 'right', 'top', 'left'],
    },
    holes: rings,
  };

  function place() {
    for (let attempt = 0; attempt < ATTEMPTS_PER_HOLE; attempt++) {
      const r = random.uniform(radius[0], radius[1]) * shorter;
      const margin = r + gap * shorter;
      if (2 * margin >= shorter) continue;
      const x = random.uniform(margin, width - margin);
      const y = random.uniform(margin, height - margin);
      if (placed.every((other) => Math.hypot(x - other.x, y - other.y) >= margin + other.r))
        return { x, y, r };
    }
    throw new GeometryError(
      `plateWithHoles: found no room for hole ${placed.length + 1} of ${holes}; ask for fewer or smaller ones.`,
    );
  }
}
