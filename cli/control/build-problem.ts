import { dirname, resolve } from 'node:path';
import { InvalidInputError } from '../../common/errors.js';
import type { BoundaryControl, ControlGoal, LoadCase, ObjectiveTerm } from '../../control/index.js';
import { readMeshFile } from '../../geometry/files/index.js';
import { arcVertices, generateMesh, type Mesh } from '../../geometry/index.js';
import type { BoundaryCondition, PoissonProblem } from '../../solvers/index.js';
import type { ProblemFile } from './problem-schema.js';

/** A problem file in the terms of `controlBoundary`. */
export interface BuiltProblem {
  readonly problem: PoissonProblem;
  readonly controls: readonly BoundaryControl[];
  readonly goal: ControlGoal;
}

const METRES = { m: 1, cm: 1e-2, mm: 1e-3 } as const;

/** Cells of a rectangle unless the file says how many or how large. */
const DEFAULT_CELLS = 4000;

/** @throws InvalidInputError for what fits the schema and still makes no problem; what readMeshFile throws */
export async function buildProblem(file: ProblemFile, path: string): Promise<BuiltProblem> {
  const unit = METRES[file.lengthUnit];
  const mesh = await meshOf(file, path, unit);
  const thickness = file.thickness === undefined ? undefined : file.thickness * unit;
  const surface = surfaceExchange(file, thickness);
  const sourceOf = (heat: ProblemFile['heat']) => {
    const source = sources(mesh, heat, thickness);
    if (surface)
      for (let cell = 0; cell < source.length; cell++) source[cell] += surface.reaction * surface.ambient;
    return source;
  };
  const problem: PoissonProblem = {
    mesh,
    conductivity: conductivities(mesh, file.conductivity),
    source: sourceOf(file.heat),
    boundaryConditions: conditions(mesh, file.boundary),
    ...(surface && { reaction: surface.reaction }),
  };
  const loadCases = file.loadCases?.map(
    ({ name, probability, heat }): LoadCase => ({ name, probability, source: sourceOf(heat) }),
  );
  if (!loadCases && file.heat.length === 0) {
    throw new InvalidInputError('the file names no heat: give heat, or loadCases with heat');
  }
  const { limit, budgets, robust } = file;
  return {
    problem,
    controls: file.controls.map(controlOf),
    goal: {
      ...(limit && {
        limit: {
          maximum: limit.maximum,
          minimum: limit.minimum,
          region: limit.region,
          ...(limit.penalty !== undefined && { form: { penalty: limit.penalty } }),
        },
      }),
      objective: file.objective?.map(termOf),
      budgets,
      loadCases,
      robust,
    },
  };
}

async function meshOf({ mesh }: ProblemFile, path: string, unit: number): Promise<Mesh> {
  const { file, rectangle, holes, regions, cellSize, cells } = mesh;
  if ((file === undefined) === (rectangle === undefined)) {
    throw new InvalidInputError('mesh: give either file or rectangle');
  }
  if (file !== undefined) {
    const { mesh: read } = await readMeshFile(resolve(dirname(path), file));
    if (unit !== 1) {
      throw new InvalidInputError(
        'mesh.file is taken in metres; scale it when it is written, and set lengthUnit: m',
      );
    }
    return read;
  }
  if (cellSize !== undefined && cells !== undefined)
    throw new InvalidInputError('mesh: give either cellSize or cells');
  const corners = ({ from, to }: { from: [number, number]; to: [number, number] }): [number, number][] => [
    [from[0] * unit, from[1] * unit],
    [to[0] * unit, from[1] * unit],
    [to[0] * unit, to[1] * unit],
    [from[0] * unit, to[1] * unit],
  ];
  const size = cellSize === undefined ? undefined : cellSize * unit;
  return generateMesh(
    {
      outer: { vertices: corners(rectangle!), patches: ['bottom', 'right', 'top', 'left'] },
      holes: holes.map(({ name, centre, radius }) => ({
        vertices: arcVertices({
          centre: [centre[0] * unit, centre[1] * unit],
          radius: radius * unit,
          pieces: Math.max(16, size ? Math.ceil((2 * Math.PI * radius * unit) / size) : 32),
        }),
        patches: name,
      })),
      interfaces: regions.map((each) => ({
        name: each.name,
        vertices: corners(each),
        closed: true,
        region: each.name,
      })),
    },
    size === undefined ? { cellCount: cells ?? DEFAULT_CELLS } : { cellSize: size },
  );
}

function regionIndex({ regionNames = [] }: Mesh, name: string): number {
  const index = regionNames.indexOf(name);
  if (index >= 0) return index;
  throw new InvalidInputError(`no region is named '${name}'; there are ${regionNames.join(', ') || 'none'}`);
}

/** q of every cell, W/m³. */
function sources(mesh: Mesh, heat: ProblemFile['heat'], thickness: number | undefined): Float64Array {
  const source = new Float64Array(mesh.cellCount);
  for (const { region, power, density } of heat) {
    const index = region === undefined ? undefined : regionIndex(mesh, region);
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
    const value = density ?? power! / (volume * (mesh.dimension === 2 ? thickness! : 1));
    for (let cell = 0; cell < source.length; cell++) if (inside(cell)) source[cell] += value;
  }
  return source;
}

/** h (u − ambient) off the faces of a plate, as a reaction per volume. */
function surfaceExchange({ surface }: ProblemFile, thickness: number | undefined) {
  if (!surface) return undefined;
  if (thickness === undefined) throw new InvalidInputError('surface: needs the thickness of the plate');
  return { reaction: (surface.coefficient * surface.sides) / thickness, ambient: surface.ambient };
}

function conductivities(mesh: Mesh, given: ProblemFile['conductivity']): number | Float64Array {
  if (typeof given === 'number') return given;
  const { default: rest, ...byRegion } = given;
  const values = new Map(Object.entries(byRegion).map(([name, value]) => [regionIndex(mesh, name), value]));
  return Float64Array.from({ length: mesh.cellCount }, (_, cell) => {
    const value = values.get(mesh.cellRegions?.[cell] ?? -1) ?? rest;
    if (value !== undefined) return value;
    throw new InvalidInputError('conductivity: some cells are in none of the regions named; add default');
  });
}

function conditions(mesh: Mesh, given: ProblemFile['boundary']): Record<string, BoundaryCondition> {
  const names = Object.keys(given).filter((name) => name !== 'default');
  const matches = (name: string, patch: string) =>
    name.endsWith('*') ? patch.startsWith(name.slice(0, -1)) : name === patch;
  for (const name of names) {
    if (mesh.patches.some((patch) => matches(name, patch.name))) continue;
    throw new InvalidInputError(
      `boundary: no patch is named '${name}'; there are ${mesh.patches.map((patch) => patch.name).join(', ')}`,
    );
  }
  return Object.fromEntries(
    mesh.patches.map(({ name }) => {
      const exact =
        names.find((each) => each === name) ?? names.find((each) => matches(each, name)) ?? 'default';
      const condition = given[exact];
      if (condition) return [name, conditionOf(exact, condition)];
      throw new InvalidInputError(`boundary: nothing is said of patch '${name}'; name it, or give default`);
    }),
  );
}

function conditionOf(
  name: string,
  { type, value, coefficient, ambient }: ProblemFile['boundary'][string],
): BoundaryCondition {
  const needed = (what: string, given: number | undefined) => {
    if (given !== undefined) return given;
    throw new InvalidInputError(`boundary.${name}: a boundary of type ${type} needs ${what}`);
  };
  if (type === 'temperature') return { type: 'dirichlet', value: needed('value', value) };
  if (type === 'insulated') return { type: 'neumann', flux: 0 };
  if (type === 'flux') return { type: 'neumann', flux: needed('value', value) };
  return {
    type: 'robin',
    coefficient: needed('coefficient', coefficient),
    ambient: needed('ambient', ambient),
  };
}

function controlOf({ pieces, modes, ...rest }: ProblemFile['controls'][number]): BoundaryControl {
  if (pieces !== undefined && modes !== undefined)
    throw new InvalidInputError('controls: give either pieces or modes');
  if (pieces !== undefined) return { ...rest, shape: { kind: 'pieces', count: pieces } };
  if (modes !== undefined) return { ...rest, shape: { kind: 'modes', count: modes } };
  return rest;
}

function termOf({
  kind,
  weight,
  region,
  smoothing,
  temperature,
  measure,
}: NonNullable<ProblemFile['objective']>[number]): ObjectiveTerm {
  if (kind === 'target') {
    if (temperature === undefined) throw new InvalidInputError('objective: a target needs a temperature');
    return { kind, weight, region, field: temperature };
  }
  if (kind === 'cost') return { kind, weight, measure };
  return kind === 'peak' ? { kind, weight, region, smoothing } : { kind, weight, region };
}
