import { InvalidInputError } from '../common/errors.js';

export interface ArcOptions {
  readonly centre?: readonly [number, number];
  readonly radius: number;
  /** Angles in radians from the x axis, counter-clockwise; the arc goes from the first to the second. */
  readonly from?: number;
  readonly to?: number;
  /** Straight pieces the arc is divided into */
  readonly pieces: number;
}

export const ARC_DEFAULTS = { centre: [0, 0], from: 0, to: 2 * Math.PI } as const;

/**
 * Vertices of a polygon inscribed in a circular arc, centre + radius (cos φ, sin φ): both ends of an arc, or, for a full
 * circle (the default), each vertex once, as rings and closed interfaces want them.
 *
 * @throws InvalidInputError if the radius is not positive, pieces is not a count, or a number is not finite
 */
export function arcVertices(options: ArcOptions): [number, number][] {
  const { centre, radius, from, to, pieces } = { ...ARC_DEFAULTS, ...options };
  const turn = to - from;
  if (!(radius > 0) || ![radius, from, to, ...centre].every(Number.isFinite) || turn === 0)
    throw new InvalidInputError(
      `arcVertices: radius must be positive and the angles distinct, got ${radius} from ${from} to ${to} around (${centre}).`,
    );
  const full = Math.abs(Math.abs(turn) - 2 * Math.PI) < 1e-12;
  if (!Number.isInteger(pieces) || pieces < (full ? 3 : 1))
    throw new InvalidInputError(
      `arcVertices: pieces must be an integer of at least ${full ? 3 : 1}, got ${pieces}.`,
    );
  return Array.from({ length: full ? pieces : pieces + 1 }, (_, i) => {
    const angle = from + (turn * i) / pieces;
    return [centre[0] + radius * Math.cos(angle), centre[1] + radius * Math.sin(angle)];
  });
}
