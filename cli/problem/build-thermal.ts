import { InvalidInputError } from '../../common/errors.js';
import type { Mesh } from '../../geometry/index.js';
import { matchesPatch } from '../../geometry/matches-patch.js';
import type { BoundaryCondition, BoundaryConditions } from '../../solvers/index.js';
import { METRES } from './build-mesh.js';
import type { ThermalSection } from './thermal-schema.js';
import type { Condition, Heat } from './values-in-time.js';

/** What of a file says how heat leaves the faces of a plate and how large its sources are. */
type PlateSection = Pick<ThermalSection, 'lengthUnit' | 'thickness' | 'surface'>;

/** h (u − ambient) off the faces of a plate, as a reaction c per volume: c u = c ambient beside the other sources. */
export function surfaceExchange({ surface, thickness, lengthUnit }: PlateSection, { dimension }: Mesh) {
  if (!surface) return undefined;
  if (dimension === 3) {
    throw new InvalidInputError('surface: belongs to plates in 2D; in 3D give convection on the patches');
  }
  if (thickness === undefined) throw new InvalidInputError('surface: needs the thickness of the plate');
  const reaction = (surface.coefficient * surface.sides) / (thickness * METRES[lengthUnit]);
  return { reaction, ambient: surface.ambient };
}

/** q of every cell, W/m³; with what comes through the faces of a plate. */
export function sources(mesh: Mesh, heat: readonly Heat[], section: PlateSection): Float64Array {
  const { thickness, lengthUnit } = section;
  const source = new Float64Array(mesh.cellCount);
  for (const { region, power, density } of heat) {
    const index = region === undefined ? undefined : regionIndex(mesh, region, 'heat');
    const inside = (cell: number) => index === undefined || mesh.cellRegions![cell] === index;
    if ((power === undefined) === (density === undefined)) {
      throw new InvalidInputError(
        `heat${region ? ` in ${region}` : ''}: give either power in W or density in W/m³`,
      );
    }
    if (power !== undefined && mesh.dimension === 2 && thickness === undefined) {
      throw new InvalidInputError('heat: power in W needs the thickness of the plate');
    }
    let volume = 0;
    for (let cell = 0; cell < source.length; cell++) if (inside(cell)) volume += mesh.cellVolumes[cell];
    const depth = mesh.dimension === 2 ? thickness! * METRES[lengthUnit] : 1;
    const value = density ?? power! / (volume * depth);
    for (let cell = 0; cell < source.length; cell++) if (inside(cell)) source[cell] += value;
  }
  const exchange = surfaceExchange(section, mesh);
  if (exchange) {
    for (let cell = 0; cell < source.length; cell++) source[cell] += exchange.reaction * exchange.ambient;
  }
  return source;
}

/** A positive number of every cell, as κ in W/(m K), from one number or numbers by region. */
export function byRegion(
  mesh: Mesh,
  what: string,
  given: number | Readonly<Record<string, number>>,
): number | Float64Array {
  if (typeof given === 'number') return given;
  return Float64Array.from(valuesByRegion(mesh, what, given, (value) => value));
}

/** What `read` makes of the value of a cell's region, `[cell]`; once a region. */
export function valuesByRegion<T, R>(
  mesh: Mesh,
  what: string,
  given: Readonly<Record<string, T>>,
  read: (value: T) => R,
): R[] {
  const { default: rest, ...named } = given;
  const values = new Map(
    Object.entries(named).map(([name, value]) => [regionIndex(mesh, name, what), read(value as T)]),
  );
  const other = rest === undefined ? undefined : read(rest);
  return Array.from({ length: mesh.cellCount }, (_, cell) => {
    const value = values.get(mesh.cellRegions?.[cell] ?? -1) ?? other;
    if (value !== undefined) return value;
    throw new InvalidInputError(`${what}: some cells are in none of the regions named; add default`);
  });
}

function regionIndex({ regionNames = [] }: Mesh, name: string, what: string): number {
  const index = regionNames.indexOf(name);
  if (index >= 0) return index;
  throw new InvalidInputError(
    `${what}: no region is named '${name}'; there are ${regionNames.join(', ') || 'none'}`,
  );
}

/** The section `boundary` by patch of the mesh: the exact name, one that ends in *, or default. */
function conditionsByPatch<T extends object>(
  mesh: Mesh,
  given: Readonly<Record<string, T>>,
): Record<string, { readonly key: string; readonly condition: T }> {
  const names = Object.keys(given).filter((name) => name !== 'default');
  for (const name of names) {
    if (mesh.patches.some((patch) => matchesPatch(name, patch.name))) continue;
    throw new InvalidInputError(
      `boundary: no patch is named '${name}'; there are ${mesh.patches.map((patch) => patch.name).join(', ')}`,
    );
  }
  return Object.fromEntries(
    mesh.patches.map(({ name }) => {
      const key =
        names.find((each) => each === name) ?? names.find((each) => matchesPatch(each, name)) ?? 'default';
      if (given[key]) return [name, { key, condition: given[key] }];
      throw new InvalidInputError(`boundary: nothing is said of patch '${name}'; name it, or give default`);
    }),
  );
}

/** Conditions of the solver. @throws InvalidInputError naming what a condition lacks */
export function boundaryConditions(
  mesh: Mesh,
  given: Readonly<Record<string, Condition>>,
): BoundaryConditions {
  return Object.fromEntries(
    Object.entries(conditionsByPatch(mesh, given)).map(([patch, { key, condition }]) => [
      patch,
      conditionOf(key, condition),
    ]),
  );
}

function conditionOf(name: string, { type, value, coefficient, ambient }: Condition): BoundaryCondition {
  const needed = (what: string, given: number | undefined) => {
    if (given !== undefined) return given;
    throw new InvalidInputError(`boundary.${name}: a boundary of type ${type} needs ${what}`);
  };
  const superfluous = Object.entries({ value, coefficient, ambient }).find(
    ([key, given]) => given !== undefined && !(TAKEN[type] as readonly string[]).includes(key),
  );
  if (superfluous) {
    const takes = TAKEN[type].join(' and ') || 'nothing beside it';
    throw new InvalidInputError(
      `boundary.${name}: ${superfluous[0]} means nothing to type ${type}, which takes ${takes}`,
    );
  }
  if (type === 'temperature') return { type: 'dirichlet', value: needed('value', value) };
  if (type === 'insulated') return { type: 'neumann', flux: 0 };
  if (type === 'flux') return { type: 'neumann', flux: needed('value', value) };
  return {
    type: 'robin',
    coefficient: needed('coefficient', coefficient),
    ambient: needed('ambient', ambient),
  };
}

const TAKEN = {
  temperature: ['value'],
  flux: ['value'],
  insulated: [],
  convection: ['coefficient', 'ambient'],
} as const satisfies Record<Condition['type'], readonly string[]>;
