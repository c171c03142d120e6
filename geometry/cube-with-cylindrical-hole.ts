import { InvalidInputError } from '../common/errors.js';
import { extrudeMesh } from './extrude-mesh.js';
import { generateMesh } from './generate-mesh.js';
import type { Mesh } from './mesh.js';
import { plateWithHoles } from './plate-with-holes.js';

export interface CubeWithCylindricalHoleOptions {
  readonly seed: number;
  /** Edge length aimed at, in the unit of the side. Give this or `cellCount`. */
  readonly cellSize?: number;
  /** Number of prisms aimed at, met within about 15 % */
  readonly cellCount?: number;
  readonly side?: number;
  /** Smallest and largest radius, as fractions of the side */
  readonly radius?: readonly [number, number];
  /** Smallest distance between the hole and the sides, as a fraction of the side */
  readonly gap?: number;
}

export const CUBE_WITH_CYLINDRICAL_HOLE_DEFAULTS = {
  side: 2 * Math.PI,
  radius: [0.1, 0.3],
  gap: 0.1,
} as const;

/** Sides of the polygon that stands for the circle are at most this long, in cell sizes, and at least this many */
const LONGEST_SIDE = 1;
const FEWEST_SIDES = 16;

/**
 * The cube [0, side]³ with a cylindrical hole through it along z, of prisms. Radius and place of the hole are uniform within
 * the given limits. Patches: `xMin`, `xMax`, `yMin`, `yMax`, `hole`, `zMin`, `zMax`. The family of 3D parts in NPSolver's data.
 *
 * @throws InvalidInputError if an option is out of range
 */
export function cubeWithCylindricalHole(options: CubeWithCylindricalHoleOptions): Mesh {
  const { seed, side, radius, gap } = { ...CUBE_WITH_CYLINDRICAL_HOLE_DEFAULTS, ...options };
  if ((options.cellSize === undefined) === (options.cellCount === undefined))
    throw new InvalidInputError('cubeWithCylindricalHole: give either cellSize or cellCount.');
  const given = options.cellSize ?? options.cellCount!;
  if (!(given > 0 && Number.isFinite(given)))
    throw new InvalidInputError(
      `cubeWithCylindricalHole: ${options.cellSize === undefined ? 'cellCount' : 'cellSize'} must be positive, got ${given}.`,
    );
  const section = (sides: number) =>
    plateWithHoles({ holes: 1, seed, width: side, height: side, radius, gap, sides });
  const hole = section(FEWEST_SIDES).holes![0].vertices;
  const diameter = Math.hypot(hole[0][0] - hole[FEWEST_SIDES / 2][0], hole[0][1] - hole[FEWEST_SIDES / 2][1]);
  // equilateral triangles of side h under prisms of height h: √3/4·h³ each
  const volume = side * (side ** 2 - (Math.PI / 4) * diameter ** 2);
  const cellSize = options.cellSize ?? Math.cbrt(volume / options.cellCount! / (Math.sqrt(3) / 4));
  const sides = Math.max(FEWEST_SIDES, Math.ceil((Math.PI * diameter) / (LONGEST_SIDE * cellSize)));
  const plate = section(sides);
  const mesh = generateMesh(
    {
      outer: { ...plate.outer, patches: ['yMin', 'xMax', 'yMax', 'xMin'] },
      holes: [{ ...plate.holes![0], patches: 'hole' }],
    },
    { cellSize },
  );
  const layers = Math.max(1, Math.round(side / cellSize));
  return extrudeMesh(mesh, { height: side, layers, bottom: 'zMin', top: 'zMax' });
}
