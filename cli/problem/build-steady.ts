import { InvalidInputError } from '../../common/errors.js';
import type { Mesh } from '../../geometry/index.js';
import type { PoissonProblem } from '../../solvers/index.js';
import { constantConductivity } from './build-conductivity.js';
import { boundaryConditions, sources, surfaceExchange } from './build-thermal.js';
import type { HeatSection, ThermalSection } from './thermal-schema.js';
import { steady } from './values-in-time.js';

/**
 * The steady linear problem of a file on its mesh, with the file's own heat or that of a load case.
 *
 * @param command that asks, for errors
 * @throws InvalidInputError for what fits the schema and still makes no steady problem
 */
export function buildSteady(
  section: ThermalSection,
  mesh: Mesh,
  heat: HeatSection,
  command: string,
): PoissonProblem {
  return {
    ...steadyData(section, mesh, heat),
    conductivity: constantConductivity(mesh, section.conductivity, command),
  };
}

/** The steady problem but for its κ. @throws InvalidInputError as buildSteady */
export function steadyData(
  section: ThermalSection,
  mesh: Mesh,
  heat: HeatSection,
): Omit<PoissonProblem, 'conductivity'> {
  const exchange = surfaceExchange(section, mesh);
  return {
    mesh,
    source: steadySource(section, mesh, heat),
    boundaryConditions: boundaryConditions(
      mesh,
      Object.fromEntries(
        Object.entries(section.boundary).map(([name, each]) => [name, steady(each, `boundary.${name}`)]),
      ),
    ),
    ...(exchange && { reaction: exchange.reaction }),
  };
}

/** q of every cell, W/m³. */
export function steadySource(section: ThermalSection, mesh: Mesh, heat: HeatSection): Float64Array {
  return sources(
    mesh,
    heat.map((each, i) => steady(each, `heat[${i}]`)),
    section,
  );
}

/** @throws InvalidInputError where the file has a section time */
export function requireSteady({ time }: ThermalSection, command: string): void {
  if (time) throw new InvalidInputError(`time: fieldsmith ${command} treats steady problems; remove it`);
}
