import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateTetrahedra, readStl, type TriangleSurface, writeStl, writeVtu } from 'fieldsmith/geometry';
import { type BoundaryConditions, heatBalance, solve } from 'fieldsmith/solvers';
import { ShapeUtils, Vector2 } from 'three';

type Point = readonly [number, number, number];

/** Millimetres. Section of the part, counter-clockwise: a base plate, an upright on its left and four fins on its right. */
const DEPTH = 50;
const PROFILE: readonly (readonly [number, number])[] = [
  [0, 0],
  [80, 0],
  ...[76, 66, 56, 46].flatMap((x): [number, number][] => [
    [x + 4, 24],
    [x, 24],
    [x, 8],
    [x - 6, 8],
  ]),
  [8, 8],
  [8, 60],
  [0, 60],
];
/** Circular holes through two parallel sides of the section: centre in the plane of the first side, at `along` from its start. */
const HOLES = [
  { from: 0, to: 17, along: 24, z: 14, radius: 5, depth: 8 },
  { from: 0, to: 17, along: 24, z: 36, radius: 5, depth: 8 },
  { from: 18, to: 20, along: 32, z: 25, radius: 9, depth: 8 },
];
const HOLE_SIDES = 48;

/** The part as a surface in millimetres with the patches `heated` (the back of the upright), `holes` and `air`. */
export function bracket(): TriangleSurface {
  const points: number[] = [];
  const triangles: number[] = [];
  const trianglePatches: number[] = [];
  const patchNames = ['heated', 'holes', 'air'];
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

  const section = PROFILE.map(([x, y]) => new Vector2(x, y));
  addFace('air', [section], ({ x, y }) => [x, y, DEPTH]);
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
  for (const { from, to, along, z, radius, depth } of HOLES) {
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
        [x - depth * direction.y, y + depth * direction.x, p.y],
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
      [length, DEPTH],
      [0, DEPTH],
    ].map(([s, t]) => new Vector2(s, t));
    addFace(i === sides.length - 1 ? 'heated' : 'air', [face, ...rings], (p) => inSpace(i, p));
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
