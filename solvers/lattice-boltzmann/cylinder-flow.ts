import { InvalidInputError } from '../../common/errors.js';
import { circularWall } from './curved-wall.js';
import {
  type Populations,
  streamAndCollide,
  type TwoRelaxationRates,
  twoRelaxationRates,
  VELOCITY_X,
  VELOCITY_Y,
  WEIGHTS,
} from './d2q9.js';

export interface CylinderFlowOptions {
  /** U d/ν */
  reynolds: number;
  cellsPerDiameter?: number;
  /** Inflow in cells per step: compressibility errors grow with its square */
  speed?: number;
  /** Distances from the axis to inflow and outflow and the period across the flow, in diameters */
  upstream?: number;
  downstream?: number;
  width?: number;
}

export const CYLINDER_FLOW_DEFAULTS = {
  cellsPerDiameter: 24,
  speed: 0.08,
  upstream: 4,
  downstream: 16,
  width: 10,
} as const;

/** A part of the domain sampled on a coarser grid, lengths in diameters from the axis. */
export interface FlowWindow {
  /** Lower left corner */
  readonly origin: readonly [x: number, y: number];
  /** Sampled cells along x and y */
  readonly cells: readonly [number, number];
  /** A divisor of the solver's cells per diameter */
  readonly cellsPerDiameter: number;
}

/** Flow past a cylinder of diameter 1 in an inflow of speed 1: all results are in these units. */
export interface CylinderFlow {
  /** Time since the start, d/U */
  readonly time: number;
  /** Force coefficients 2F/(ρU²d) of the last step */
  readonly drag: number;
  readonly lift: number;
  readonly stepsPerTimeUnit: number;
  readonly cells: number;
  advance(steps: number): void;
  /** `[component][y][x]`, means of the velocity over blocks of cells, 0 in the cylinder */
  velocity(window: FlowWindow): Float32Array;
  /** `[y][x]`, the fraction of each block that is fluid */
  mask(window: FlowWindow): Float32Array;
}

/** Smallest ν in cells²/step at which the collision is known to stay stable at the speeds allowed */
const SMALLEST_VISCOSITY = 1e-3;

/**
 * Incompressible flow past a circular cylinder by the lattice Boltzmann method: D2Q9, two relaxation times, interpolated
 * bounce-back at the cylinder, velocity given at the inflow and density at the outflow, periodic across the flow (a row of
 * cylinders `width` diameters apart). Towards both ends the last diameters are more viscous, so that sound and vortices die
 * there and are not reflected. The near inflow and the blockage 1/width raise Strouhal number and drag: at Re 100 by 7 to 8 %
 * and a tenth by default, by 1 % and a fiftieth at `upstream: 8, width: 20`. A vortex put behind the cylinder at the start
 * makes shedding set in early.
 */
export function cylinderFlow(options: CylinderFlowOptions): CylinderFlow {
  const settings = { ...CYLINDER_FLOW_DEFAULTS, ...options };
  const { reynolds, cellsPerDiameter: d, speed, upstream, downstream, width } = settings;
  const viscosity = (speed * d) / reynolds;
  checkOptions(settings, viscosity);
  const columns = Math.round((upstream + downstream) * d) + 2;
  const rows = Math.round(width * d);
  const centre = [upstream * d + 0.5, (rows - 1) / 2] as const;
  const radius = d / 2;
  const cells = columns * rows;
  const solid = Uint8Array.from({ length: cells }, (_, cell) => {
    const [x, y] = [(cell % columns) - centre[0], Math.floor(cell / columns) - centre[1]];
    return x * x + y * y < radius * radius ? 1 : 0;
  });
  const wall = circularWall((cell) => solid[cell] === 1, columns, rows, centre, radius);
  const spans = fluidSpans(
    solid,
    columns,
    rows,
    (column) => spongeBand(column / d, (columns - 1) / d),
    viscosity,
  );
  const allocate = (): Populations => WEIGHTS.map(() => new Float64Array(cells));
  let current = allocate();
  let next = allocate();
  const moments = { density: 0, x: 0, y: 0 };
  const read = (f: Populations, cell: number) => {
    moments.density = moments.x = moments.y = 0;
    for (let i = 0; i < 9; i++) {
      moments.density += f[i][cell];
      moments.x += VELOCITY_X[i] * f[i][cell];
      moments.y += VELOCITY_Y[i] * f[i][cell];
    }
  };
  startFlow();
  wall.reflect(current);
  let force = { x: 0, y: 0 };
  let done = 0;

  function startFlow(): void {
    for (let cell = 0; cell < cells; cell++) {
      const x = ((cell % columns) - centre[0]) / d - 1.5;
      const y = (Math.floor(cell / columns) - centre[1]) / d - 0.3;
      const swirl = 0.3 * speed * Math.exp(-2 * (x * x + y * y));
      const velocity = solid[cell] ? [0, 0] : [speed - swirl * y, swirl * x];
      for (let i = 0; i < 9; i++) current[i][cell] = equilibrium(i, 0, velocity[0], velocity[1]);
    }
  }

  /** The wanted velocity at the density of the neighbour; the neighbour's populations at the wanted density. */
  const openBoundaries = (f: Populations) => {
    for (let y = 0; y < rows; y++) {
      const inflow = y * columns;
      read(f, inflow + 1);
      const { density } = moments;
      for (let i = 0; i < 9; i++) {
        f[i][inflow] = equilibrium(i, density, speed, 0);
      }
      const outflow = inflow + columns - 1;
      read(f, outflow - 1);
      for (let i = 0; i < 9; i++) {
        // the same velocity at density 1
        f[i][outflow] = f[i][outflow - 1] - WEIGHTS[i] * moments.density;
      }
    }
  };

  return {
    get time() {
      return (done * speed) / d;
    },
    get drag() {
      return (2 * force.x) / (speed * speed * d);
    },
    get lift() {
      return (2 * force.y) / (speed * speed * d);
    },
    stepsPerTimeUnit: d / speed,
    cells,
    advance(steps) {
      for (let step = 0; step < steps; step++) {
        for (const { row, above, below, from, to, rates } of spans) {
          streamAndCollide(current, next, row, above, below, from, to, rates);
        }
        openBoundaries(next);
        force = wall.reflect(next);
        [current, next] = [next, current];
        done++;
      }
      if (!Number.isFinite(force.x)) {
        throw new InvalidInputError(
          `cylinderFlow: the flow became unstable before t = ${(done * speed) / d}: at Reynolds number ${reynolds} ` +
            `take more than ${d} cells per diameter or a speed below ${speed}`,
        );
      }
    },
    velocity(window) {
      const { blocks, block, area } = windowBlocks(window, settings, columns, rows);
      const out = new Float32Array(2 * area);
      blocks((index, cell) => {
        if (solid[cell]) return;
        read(current, cell);
        out[index] += moments.x / (speed * block * block);
        out[area + index] += moments.y / (speed * block * block);
      });
      return out;
    },
    mask(window) {
      const { blocks, block, area } = windowBlocks(window, settings, columns, rows);
      const out = new Float32Array(area);
      blocks((index, cell) => {
        out[index] += (1 - solid[cell]) / (block * block);
      });
      return out;
    },
  };
}

function equilibrium(i: number, density: number, x: number, y: number): number {
  const along = VELOCITY_X[i] * x + VELOCITY_Y[i] * y;
  return WEIGHTS[i] * (density + 3 * along + 4.5 * along * along - 1.5 * (x * x + y * y));
}

/** Depth of the viscous ends, their viscosity in cells²/step and the bands in which it rises */
const SPONGE = { upstream: 1.5, downstream: 3, viscosity: 0.2, bands: 8 } as const;

/** 0 in the interior, rising to `bands` at the ends; positions in diameters. */
function spongeBand(position: number, end: number): number {
  const depth = Math.max(1 - position / SPONGE.upstream, 1 - (end - position) / SPONGE.downstream, 0);
  return Math.ceil(depth * SPONGE.bands);
}

/** Runs of fluid cells of equal viscosity of each row, without the first and last column, with the rows they pull from. */
function fluidSpans(
  solid: Uint8Array,
  columns: number,
  rows: number,
  bandOf: (column: number) => number,
  viscosity: number,
) {
  const bands = Array.from({ length: SPONGE.bands + 1 }, (_, band) =>
    twoRelaxationRates(viscosity + (band / SPONGE.bands) ** 2 * SPONGE.viscosity),
  );
  const spans: {
    row: number;
    above: number;
    below: number;
    from: number;
    to: number;
    rates: TwoRelaxationRates;
  }[] = [];
  for (let y = 0; y < rows; y++) {
    const row = y * columns;
    const above = ((y + 1) % rows) * columns;
    const below = ((y + rows - 1) % rows) * columns;
    for (let from = 1; from < columns - 1; ) {
      const band = bandOf(from);
      let to = from;
      while (to < columns - 1 && !solid[row + to] && bandOf(to) === band) to++;
      if (to > from) spans.push({ row, above, below, from, to, rates: bands[band] });
      else to++;
      from = to;
    }
  }
  return spans;
}

function windowBlocks(
  { origin, cells, cellsPerDiameter }: FlowWindow,
  { cellsPerDiameter: d, upstream, width }: Required<CylinderFlowOptions>,
  columns: number,
  rows: number,
) {
  const block = d / cellsPerDiameter;
  const left = Math.round((upstream + origin[0]) * d) + 1;
  const bottom = Math.round((width / 2 + origin[1]) * d);
  if (!Number.isInteger(block)) {
    throw new InvalidInputError(
      `cylinderFlow: a window's cells per diameter must divide those of the flow, got ${cellsPerDiameter} and ${d}`,
    );
  }
  if (left < 1 || bottom < 0 || left + cells[0] * block > columns - 1 || bottom + cells[1] * block > rows) {
    throw new InvalidInputError(
      `cylinderFlow: the window of ${cells.join(' × ')} cells from (${origin.join(', ')}) leaves the domain`,
    );
  }
  return {
    block,
    area: cells[0] * cells[1],
    blocks: (visit: (index: number, cell: number) => void) => {
      for (let y = 0; y < cells[1] * block; y++) {
        for (let x = 0; x < cells[0] * block; x++) {
          const index = Math.floor(y / block) * cells[0] + Math.floor(x / block);
          visit(index, (bottom + y) * columns + left + x);
        }
      }
    },
  };
}

function checkOptions(
  { reynolds, cellsPerDiameter, speed, upstream, downstream, width }: Required<CylinderFlowOptions>,
  viscosity: number,
): void {
  const refuse = (what: string) => {
    throw new InvalidInputError(`cylinderFlow: ${what}`);
  };
  if (!(reynolds > 0) || !Number.isFinite(reynolds)) refuse(`reynolds must be positive, got ${reynolds}`);
  if (!Number.isInteger(cellsPerDiameter) || cellsPerDiameter < 8) {
    refuse(`cellsPerDiameter must be an integer of at least 8, got ${cellsPerDiameter}`);
  }
  if (!(speed > 0 && speed <= 0.12)) refuse(`speed must be above 0 and at most 0.12, got ${speed}`);
  if (!(upstream >= 2 && downstream >= 2 && width >= 3)) {
    refuse(
      `the domain must reach 2 diameters up and down and be 3 wide, got ${upstream}, ${downstream}, ${width}`,
    );
  }
  if (viscosity < SMALLEST_VISCOSITY) {
    const needed = Math.ceil((SMALLEST_VISCOSITY * reynolds) / speed);
    refuse(
      `Reynolds number ${reynolds} needs at least ${needed} cells per diameter at speed ${speed}, got ${cellsPerDiameter}`,
    );
  }
}
