import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateTetrahedra, readStl, type TriangleSurface, writeStl, writeVtu } from 'fieldsmith/geometry';
import { type BoundaryConditions, heatBalance, solve } from 'fieldsmith/solvers';
import { ShapeUtils, Vector2 } from 'three';

type Point = readonly [number, number, number];

/** Millimetres. */
export const BRACKET_DEFAULTS = {
  /** Of the base plate, and of the upright on its left */
  length: 80,
  height: 60,
  depth: 50,
  /** Of both */
  thickness: 8,
  /** Fins on the base plate, at its right end, 16 high */
  fins: 4,
  finThickness: 4,
  /** Of the two bolt holes in the base plate and of the hole in the upright */
  boltRadius: 5,
  holeRadius: 9,
};
const FIN_HEIGHT = 16;
const HOLE_SIDES = 48;

/** Section of the part, counter-clockwise from the origin; its first side is the base, its last the back of the upright. */
function profile({ length, height, thickness, fins, finThickness }: typeof BRACKET_DEFAULTS) {
  const pitch = 2.5 * finThickness;
  const steps = Array.from({ length: fins }, (_, fin) => length - finThickness - fin * pitch).flatMap(
    (x): [number, number][] => [
      [x + finThickness, thickness + FIN_HEIGHT],
      [x, thickness + FIN_HEIGHT],
      [x, thickness],
      [x - 1.5 * finThickness, thickness],
    ],
  );
  const corners: [number, number][] = [
    [0, 0],
    [length, 0],
    ...(fins > 0 ? steps : [[length, thickness] as [number, number]]),
  ];
  return [...corners, [thickness, thickness], [thickness, height], [0, height]] as [number, number][];
}

/**
 * The part as a surface in millimetres with the patches `heated` (the back of the upright), `base` (the underside), `holes` and
 * `air`.
 */
export function bracket(options: Partial<typeof BRACKET_DEFAULTS> = {}): TriangleSurface {
  const parameters = { ...BRACKET_DEFAULTS, ...options };
  const { height, depth, thickness, boltRadius, holeRadius } = parameters;
  const corners = profile(parameters);
  // circular holes through two parallel sides of the section: centre in the plane of the first side, at `along` from its start
  const onTop = corners.length - 4;
  const upright = corners.length - 3;
  const holes = [
    ...[0.28, 0.72].map((share) => ({
      from: 0,
      to: onTop,
      along: 3 * thickness,
      z: share * depth,
      radius: boltRadius,
    })),
    {
      from: upright,
      to: corners.length - 1,
      along: 0.6 * (height - thickness),
      z: depth / 2,
      radius: holeRadius,
    },
  ];
  const points: number[] = [];
  const triangles: number[] = [];
  const trianglePatches: number[] = [];
  const patchNames = ['heated', 'base', 'holes', 'air'];
  const indexOf = new Map<string, number>();
  const add = (patch: string, ...corners: readonly Point[]) => {
    for (const corner of corners) {
      const key = corner.map((x) => x.toFixed(9)).join(' ');
      const index = indexOf.get(key) ?? indexOf.size;
      if (index === indexOf.size) points.push(...corner);
      indexOf.set(key, index);
      triangles.push(index);
    }
    trianglePatches.push(patchNames.indexOf(patch));
  };
  /** A flat face with holes, counter-clockwise in its own coordinates (s, t), which `place` puts in space */
  const addFace = (patch: string, rings: readonly (readonly Vector2[])[], place: (p: Vector2) => Point) => {
    const [contour, ...holes] = rings;
    const all = rings.flat();
    for (const [a, b, c] of ShapeUtils.triangulateShape(
      [...contour],
      holes.map((ring) => [...ring]),
    )) {
      const clockwise = ShapeUtils.isClockWise([all[a], all[b], all[c]]);
      add(patch, ...(clockwise ? [a, c, b] : [a, b, c]).map((i) => place(all[i])));
    }
  };

  const section = corners.map(([x, y]) => new Vector2(x, y));
  addFace('air', [section], ({ x, y }) => [x, y, depth]);
  addFace('air', [section.map(({ x, y }) => new Vector2(-x, y)).reverse()], ({ x, y }) => [-x, y, 0]);

  const sides = section.map((start, i) => {
    const end = section[(i + 1) % section.length];
    const length = start.distanceTo(end);
    return {
      start,
      length,
      direction: end.clone().sub(start).divideScalar(length),
      rings: [] as Vector2[][],
    };
  });
  const inSpace = (side: number, { x: along, y: z }: Vector2): Point => {
    const { start, direction } = sides[side];
    return [start.x + along * direction.x, start.y + along * direction.y, z];
  };
  for (const { from, to, along, z, radius } of holes) {
    const { direction } = sides[from];
    const near = Array.from({ length: HOLE_SIDES }, (_, i) => {
      const angle = (2 * Math.PI * i) / HOLE_SIDES;
      return new Vector2(along + radius * Math.cos(angle), z + radius * Math.sin(angle));
    });
    // the other end of the hole lies against the outward normal (dy, −dx) of the side
    const rims = near.map((p): [Point, Point] => {
      const [x, y] = inSpace(from, p);
      return [
        [x, y, p.y],
        [x - thickness * direction.y, y + thickness * direction.x, p.y],
      ];
    });
    rims.forEach(([a, b], i) => {
      const [c, d] = rims[(i + 1) % HOLE_SIDES];
      add('holes', a, c, d);
      add('holes', a, d, b);
    });
    const other = sides[to];
    sides[from].rings.push(near);
    other.rings.push(
      rims.map(
        ([, [x, y, height]]) => new Vector2(new Vector2(x, y).sub(other.start).dot(other.direction), height),
      ),
    );
  }
  sides.forEach(({ length, rings }, i) => {
    const face = [
      [0, 0],
      [length, 0],
      [length, depth],
      [0, depth],
    ].map(([s, t]) => new Vector2(s, t));
    const patch = i === sides.length - 1 ? 'heated' : i === 0 ? 'base' : 'air';
    addFace(patch, [face, ...rings], (p) => inSpace(i, p));
  });
  return {
    points: Float64Array.from(points),
    triangles: Int32Array.from(triangles),
    patchNames,
    trianglePatches: Int32Array.from(trianglePatches),
  };
}

/**
 * An aluminium bracket with holes and fins: STL → tetrahedra → temperature with convection → VTU for ParaView in `folder`, and
 * the same on a finer mesh. The upright takes 30 W on its back; all other sides lose heat to air of 25 °C.
 */
export async function run(folder = 'runs/bracket', cellSize = 3) {
  mkdirSync(folder, { recursive: true });
  const stl = join(folder, 'bracket.stl');
  writeFileSync(stl, writeStl(bracket(), { encoding: 'ascii' }));
  const { points, ...rest } = readStl(readFileSync(stl));
  const surface = { ...rest, points: points.map((x) => x / 1000) }; // metres

  const coarse = await temperatureOn(surface, cellSize / 1000);
  const fine = await temperatureOn(surface, (0.7 * cellSize) / 1000);
  const file = join(folder, 'bracket.vtu');
  writeFileSync(
    file,
    writeVtu(fine.mesh, { cellData: { temperature: fine.temperature }, units: { temperature: '°C' } }),
  );
  return {
    file,
    cells: [coarse.mesh.cellCount, fine.mesh.cellCount],
    sharpEdgeError: fine.sharpEdgeError,
    meanRise: [coarse.meanRise, fine.meanRise],
    largestRise: [coarse.largestRise, fine.largestRise],
    heatBalance: fine.heatBalance,
  };
}

const AMBIENT = 25; // °C

async function temperatureOn(surface: TriangleSurface, cellSize: number) {
  const { mesh, sharpEdgeError } = generateTetrahedra({ surface, cellSize });
  const heated = mesh.patches.find(({ name }) => name === 'heated')!;
  const heatedFaces = mesh.faceAreas.subarray(heated.start, heated.start + heated.size);
  const heatedArea = heatedFaces.reduce((sum, area) => sum + area, 0);
  const power = 30; // W
  const convection = { type: 'robin', coefficient: 40, ambient: AMBIENT } as const;
  const boundaryConditions: BoundaryConditions = {
    heated: { type: 'neumann', flux: power / heatedArea },
    base: convection,
    holes: convection,
    air: convection,
  };
  const problem = { mesh, conductivity: 200, source: 0, boundaryConditions };
  const answer = await solve(problem, { relativeTolerance: 1e-9 });
  const { patches } = heatBalance(problem, answer);
  // what the air takes over what the upright is given
  const lost = -patches.reduce((sum, { name, rate }) => (name === 'heated' ? sum : sum + rate), 0);
  const { solution: temperature } = answer;
  const volume = mesh.cellVolumes.reduce((sum, v) => sum + v, 0);
  return {
    mesh,
    sharpEdgeError,
    temperature,
    meanRise: temperature.reduce((sum, t, c) => sum + (t - AMBIENT) * mesh.cellVolumes[c], 0) / volume,
    largestRise: temperature.reduce((most, t) => Math.max(most, t - AMBIENT), 0),
    heatBalance: lost / power,
  };
}
