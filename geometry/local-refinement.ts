import { InvalidInputError } from '../common/errors.js';
import { distanceToSegment } from './distance-to-segment.js';
import type { NormalisedPolygon } from './polygon-geometry.js';
import type { SizeFunction } from './size-field.js';

/** Where cells are to be smaller, and how small. */
export interface LocalRefinement {
  /**
   * `corners`: corners of the outline that turn by more than 30°, and ends of interfaces; `reentrant-corners`: those with an inner angle above
   * 210°; `holes`: their rims; `interfaces`: all of them; a patch or an interface by name; or points.
   */
  readonly near:
    | 'corners'
    | 'reentrant-corners'
    | 'holes'
    | 'interfaces'
    | { readonly patch: string }
    | { readonly interface: string }
    | { readonly points: readonly (readonly [number, number])[] };
  /** Edge length there, in the unit of the coordinates */
  readonly cellSize: number;
  /** The size holds up to this distance, then grows with the gradation; default 0 */
  readonly distance?: number;
}

const CORNER_TURN = Math.PI / 6;

/** min over refinements of cellSize + gradation · max(0, distance to the place − distance); dimensionless. */
export function refinedSize(
  polygon: NormalisedPolygon,
  refinements: readonly LocalRefinement[],
  gradation: number,
): SizeFunction {
  const sources = refinements.map((refinement) => {
    const { cellSize, distance = 0 } = refinement;
    if (!(cellSize > 0 && Number.isFinite(cellSize) && distance >= 0))
      throw new InvalidInputError(
        `generateMesh: a refinement needs a positive cellSize and a distance of at least 0, got ${cellSize} and ${distance}.`,
      );
    const places = placesOf(polygon, refinement.near);
    return { places, size: cellSize / polygon.extent, distance: distance / polygon.extent };
  });
  return (x, y) => {
    let smallest = Number.POSITIVE_INFINITY;
    for (const { places, size, distance } of sources) {
      if (size >= smallest) continue;
      let nearest = Number.POSITIVE_INFINITY;
      for (let i = 0; i < places.length; i += 4)
        nearest = Math.min(
          nearest,
          distanceToSegment(x, y, places[i], places[i + 1], places[i + 2], places[i + 3]),
        );
      smallest = Math.min(smallest, size + gradation * Math.max(0, nearest - distance));
    }
    return smallest;
  };
}

/** Segments `[segment][ax, ay, bx, by]`, points as segments of no length */
function placesOf(polygon: NormalisedPolygon, near: LocalRefinement['near']): Float64Array {
  const { sidePatch, sideInterface, patchNames, interfaceNames, origin, extent, rings } = polygon;
  if (near === 'corners' || near === 'reentrant-corners') return cornersOf(polygon, near === 'corners');
  if (near === 'holes')
    return Float64Array.from(
      rings.slice(1).flatMap((ring) =>
        Array.from({ length: ring.length / 2 }, (_, i) => {
          const j = (2 * i + 2) % ring.length;
          return [ring[2 * i], ring[2 * i + 1], ring[j], ring[j + 1]];
        }).flat(),
      ),
    );
  if (near === 'interfaces') return sidesWhere(polygon, (side) => sideInterface[side] >= 0);
  if (typeof near === 'object' && 'points' in near) {
    if (!near.points.flat().every(Number.isFinite))
      throw new InvalidInputError('generateMesh: the points of a refinement must be finite.');
    return Float64Array.from(
      near.points.flatMap((point) => {
        const [x, y] = [(point[0] - origin[0]) / extent, (point[1] - origin[1]) / extent];
        return [x, y, x, y];
      }),
    );
  }
  const named = typeof near === 'object' && ('patch' in near ? near.patch : near.interface);
  const isPatch = typeof near === 'object' && 'patch' in near;
  const known = isPatch ? patchNames : interfaceNames;
  const index = typeof named === 'string' ? known.indexOf(named) : -1;
  if (index < 0)
    throw new InvalidInputError(
      `generateMesh: refinement near ${JSON.stringify(near)}: there is no such place; ${isPatch ? 'patches' : 'interfaces'} are ${known.join(', ') || 'none'}.`,
    );
  return sidesWhere(polygon, (side) => (isPatch ? sidePatch : sideInterface)[side] === index);
}

function sidesWhere(polygon: NormalisedPolygon, wanted: (side: number) => boolean): Float64Array {
  const { coordinates: p, sideStart, sideEnd } = polygon;
  const places: number[] = [];
  sideStart.forEach((a, side) => {
    const b = sideEnd[side];
    if (wanted(side)) places.push(p[2 * a], p[2 * a + 1], p[2 * b], p[2 * b + 1]);
  });
  return Float64Array.from(places);
}

function cornersOf(
  { rings, coordinates, sideStart, sideEnd, sideInterface }: NormalisedPolygon,
  all: boolean,
) {
  const places: number[] = [];
  for (const ring of rings) {
    const at = (i: number) => {
      const j = (2 * i + ring.length) % ring.length;
      return [ring[j], ring[j + 1]];
    };
    for (let i = 0; i < ring.length / 2; i++) {
      const [[ax, ay], [bx, by], [cx, cy]] = [at(i - 1), at(i), at(i + 1)];
      const [ux, uy, vx, vy] = [bx - ax, by - ay, cx - bx, cy - by];
      const turn = Math.atan2(ux * vy - uy * vx, ux * vx + uy * vy); // to the left, around the domain
      if (turn < -CORNER_TURN || (all && turn > CORNER_TURN)) places.push(bx, by, bx, by);
    }
  }
  if (all) {
    const ends = new Map<number, number>();
    sideStart.forEach((start, side) => {
      if (sideInterface[side] >= 0)
        for (const corner of [start, sideEnd[side]]) ends.set(corner, (ends.get(corner) ?? 0) + 1);
    });
    for (const [c, count] of ends)
      if (count === 1)
        places.push(coordinates[2 * c], coordinates[2 * c + 1], coordinates[2 * c], coordinates[2 * c + 1]);
  }
  return Float64Array.from(places);
}
