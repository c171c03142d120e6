import { type BodyCentredLattice, latticeCoordinates, latticeEdges } from './body-centred-lattice.js';
import type { LatticeSigns } from './lattice-signs.js';

/** A crossing closer to a lattice point than this fraction of a long or short edge draws the point to the surface. */
const WARP_LONG = 0.24999;
const WARP_SHORT = 0.41189;

/** Fractions, from the inside end, at which lattice edges cross the surface, by {@link edgeKey}. */
export type Cuts = Map<number, number>;

export function edgeKey(a: number, b: number, gridSize: number): number {
  return Math.min(a, b) * 2 * gridSize + Math.max(a, b);
}

function forEachCutEdge(
  lattice: BodyCentredLattice,
  signs: LatticeSigns,
  visit: (inside: number, outside: number) => void,
): void {
  const { first, second } = latticeEdges(lattice);
  for (let v = 0; v < signs.length; v++) {
    if (signs[v] === 0) continue;
    for (const step of v < lattice.gridSize ? first : second) {
      const other = v + step;
      if (other < signs.length && signs[v] * signs[other] < 0)
        visit(signs[v] > 0 ? v : other, signs[v] > 0 ? other : v);
    }
  }
}

export function findCuts(
  lattice: BodyCentredLattice,
  signs: LatticeSigns,
  cutFraction: (inside: readonly number[], outside: readonly number[]) => number,
): Cuts {
  const cuts: Cuts = new Map();
  forEachCutEdge(lattice, signs, (inside, outside) => {
    cuts.set(
      edgeKey(inside, outside, lattice.gridSize),
      cutFraction(latticeCoordinates(lattice, inside), latticeCoordinates(lattice, outside)),
    );
  });
  return cuts;
}

export function cutPosition(lattice: BodyCentredLattice, inside: number, outside: number, fraction: number) {
  const [a, b] = [latticeCoordinates(lattice, inside), latticeCoordinates(lattice, outside)];
  return a.map((x, k) => x + fraction * (b[k] - x));
}

/**
 * Points from which two cuts lie close in opposite directions: they are all that a thin wall or gap has there, which would vanish
 * if they were drawn to one of its sides.
 */
export function pointsInThinParts(lattice: BodyCentredLattice, signs: LatticeSigns, cuts: Cuts): Set<number> {
  const directions = new Map<number, Set<number>>();
  const thin = new Set<number>();
  forEachCutEdge(lattice, signs, (inside, outside) => {
    const fraction = cuts.get(edgeKey(inside, outside, lattice.gridSize))!;
    const from = latticeCoordinates(lattice, inside);
    const to = latticeCoordinates(lattice, outside);
    // steps of −1 to 1 in halves as a number whose negative is the opposite direction
    const direction = from.reduce((code, x, k) => 5 * code + 2 * (to[k] - x), 0);
    for (const [point, away, code] of [
      [inside, fraction, direction],
      [outside, 1 - fraction, -direction],
    ]) {
      if (away > WARP_SHORT) continue;
      const known = directions.get(point);
      if (known?.has(-code)) thin.add(point);
      if (known) known.add(code);
      else directions.set(point, new Set([code]));
    }
  });
  return thin;
}

/** Draws lattice points to cuts that are too close to them: sets their sign to 0 and returns where they went. */
export function warpLattice(
  lattice: BodyCentredLattice,
  signs: LatticeSigns,
  cuts: Cuts,
  kept: ReadonlySet<number>,
): Map<number, number[]> {
  const { gridSize } = lattice;
  const nearest = new Map<number, { distance: number; position: number[] }>();
  forEachCutEdge(lattice, signs, (inside, outside) => {
    const fraction = cuts.get(edgeKey(inside, outside, gridSize))!;
    const long = inside < gridSize === outside < gridSize;
    const limit = long ? WARP_LONG : WARP_SHORT;
    const length = long ? 1 : Math.sqrt(3) / 2;
    for (const [point, away] of [
      [inside, fraction],
      [outside, 1 - fraction],
    ]) {
      if (away >= limit || kept.has(point) || away * length >= (nearest.get(point)?.distance ?? Infinity))
        continue;
      nearest.set(point, {
        distance: away * length,
        position: cutPosition(lattice, inside, outside, fraction),
      });
    }
  });
  for (const point of nearest.keys()) signs[point] = 0;
  return new Map([...nearest].map(([point, { position }]) => [point, position]));
}
