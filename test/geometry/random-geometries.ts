import fc from 'fast-check';
import type { PolygonGeometry, PolygonInterface } from '../../geometry/index.js';

type Point = [number, number];
type Radii = readonly number[];

/** In steps of a ten-thousandth: doubles would often be 1e-100, and details as small are rightly refused. */
const fraction = (min: number, max: number) =>
  fc.integer({ min: 0, max: 10_000 }).map((step) => min + ((max - min) * step) / 10_000);
const radii = (min: number, max: number, most: number) =>
  fc.array(fraction(min, max), { minLength: 5, maxLength: most });

const polar = (radius: number, angle: number): Point => [radius * Math.cos(angle), radius * Math.sin(angle)];
const star = (values: Radii, [x, y]: Point = [0, 0]): Point[] =>
  values.map((radius, i) => {
    const [dx, dy] = polar(radius, (2 * Math.PI * i) / values.length);
    return [x + dx, y + dy];
  });
const outerRing = (values: Radii) => ({
  vertices: star(values),
  patches: values.map((_, i) => `side-${i % 3}`),
});

/** Where the ray from the origin meets a star-shaped polygon, up to rounding */
function onOutline(vertices: readonly Point[], angle: number): Point {
  const [dx, dy] = polar(1, angle);
  for (let i = 0; i < vertices.length; i++) {
    const [[ax, ay], [bx, by]] = [vertices[i], vertices[(i + 1) % vertices.length]];
    const [sideA, sideB] = [dx * ay - dy * ax, dx * by - dy * bx];
    if (!(sideA <= 0 && sideB > 0)) continue;
    const t = sideA / (sideA - sideB);
    return [ax + t * (bx - ax), ay + t * (by - ay)];
  }
  throw new Error('the outline does not surround the origin');
}

const SLOTS = 6;

/**
 * A star with holes and inclusions around its centre and interfaces between them, from the centre to the outline, where
 * they end on the middle of sides; and the areas that its regions must have.
 */
export const spokes = fc
  .record({
    outer: radii(0.75, 1, 14),
    slots: fc.array(
      fc.record({ kind: fc.constantFrom('hole', 'inclusion', 'nothing'), radii: radii(0.02, 0.15, 9) }),
      { minLength: SLOTS, maxLength: SLOTS },
    ),
    spokes: fc.array(fc.boolean(), { minLength: SLOTS, maxLength: SLOTS }),
  })
  .map(({ outer, slots, spokes }): PolygonGeometry => {
    const ring = outerRing(outer);
    const placed = slots.map((slot, i) => ({
      ...slot,
      vertices: star(slot.radii, polar(0.4, (2 * Math.PI * i) / SLOTS)),
    }));
    const lines = spokes.flatMap((present, i): PolygonInterface[] =>
      present
        ? [
            {
              name: `spoke-${i}`,
              vertices: [[0, 0], onOutline(ring.vertices, ((2 * i + 1) * Math.PI) / SLOTS)],
            },
          ]
        : [],
    );
    return {
      outer: ring,
      holes: placed
        .filter(({ kind }) => kind === 'hole')
        .map(({ vertices }) => ({ vertices, patches: 'hole' })),
      interfaces: [
        ...lines,
        ...placed
          .filter(({ kind }) => kind === 'inclusion')
          .map(({ vertices }) => ({ name: 'rim', vertices, closed: true, region: 'inclusion' })),
      ],
    };
  });

/** A star with lines that cross each other at any angle, some of them closed. */
export const crossingLines = fc
  .record({
    outer: radii(0.7, 1, 12),
    lines: fc.array(
      fc.record({
        closed: fc.boolean(),
        points: fc.array(fc.tuple(fraction(0.01, 0.55), fraction(0, 2 * Math.PI)), {
          minLength: 3,
          maxLength: 5,
        }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .map(
    ({ outer, lines }): PolygonGeometry => ({
      outer: outerRing(outer),
      interfaces: lines.map(({ closed, points }, i) => ({
        name: `line-${i}`,
        vertices: points.map(([radius, angle]) => polar(radius, angle)),
        closed,
      })),
    }),
  );
