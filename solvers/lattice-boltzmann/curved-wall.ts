import { OPPOSITE, type Populations, VELOCITY_X, VELOCITY_Y, WEIGHTS } from './d2q9.js';

/** A link from a fluid cell into a solid one, with where the wall cuts it. */
interface Link {
  readonly fluid: number;
  readonly solid: number;
  /** The fluid cell behind the fluid cell */
  readonly behind: number;
  readonly direction: number;
  /** Distance of the wall from the fluid cell over the link's length */
  readonly fraction: number;
}

export interface Wall {
  /**
   * Writes into the solid cells what their fluid neighbours will pull: reflected populations, interpolated linearly to the
   * place of the wall. Returns the force on the body, by momentum exchange, in lattice units.
   */
  reflect(populations: Populations): { x: number; y: number };
}

/**
 * A resting wall by interpolated bounce-back, second order at curved boundaries.
 * Source: Bouzidi, Firdaouss & Lallemand, Phys. Fluids 13 (2001) 3452.
 */
export function circularWall(
  isSolid: (cell: number) => boolean,
  columns: number,
  rows: number,
  centre: readonly [number, number],
  radius: number,
): Wall {
  const links: Link[] = [];
  const cellAt = (x: number, y: number) => ((y + rows) % rows) * columns + x;
  for (let y = 0; y < rows; y++) {
    for (let x = 1; x < columns - 1; x++) {
      const fluid = cellAt(x, y);
      if (isSolid(fluid)) continue;
      for (let direction = 1; direction < 9; direction++) {
        const [cx, cy] = [VELOCITY_X[direction], VELOCITY_Y[direction]];
        const solid = cellAt(x + cx, y + cy);
        if (!isSolid(solid)) continue;
        // |x + q c − centre|² = radius² for the smaller q
        const [dx, dy] = [x - centre[0], y - centre[1]];
        const a = cx * cx + cy * cy;
        const b = dx * cx + dy * cy;
        const c = dx * dx + dy * dy - radius * radius;
        const fraction = (-b - Math.sqrt(Math.max(0, b * b - a * c))) / a;
        links.push({ fluid, solid, behind: cellAt(x - cx, y - cy), direction, fraction });
      }
    }
  }
  return {
    reflect(populations) {
      const force = { x: 0, y: 0 };
      for (const { fluid, solid, behind, direction, fraction } of links) {
        const out = populations[direction];
        const back = populations[OPPOSITE[direction]];
        const reflected =
          fraction < 0.5
            ? 2 * fraction * out[fluid] + (1 - 2 * fraction) * out[behind]
            : (out[fluid] - (1 - 2 * fraction) * back[fluid]) / (2 * fraction);
        back[solid] = reflected;
        const exchanged = out[fluid] + reflected + 2 * WEIGHTS[direction];
        force.x += VELOCITY_X[direction] * exchanged;
        force.y += VELOCITY_Y[direction] * exchanged;
      }
      return force;
    },
  };
}
