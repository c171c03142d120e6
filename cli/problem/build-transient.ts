import { InvalidInputError } from '../../common/errors.js';
import type { Mesh } from '../../geometry/index.js';
import type { TransientOptions, TransientProblem } from '../../solvers/index.js';
import { conductivityOf } from './build-conductivity.js';
import { boundaryConditions, byRegion, sources, surfaceExchange } from './build-thermal.js';
import type { HeatSection, ThermalSection } from './thermal-schema.js';
import { atTime, breaksOf, changes, requireRisingTimes } from './values-in-time.js';

/** Fields kept unless the file says how many. */
const FRAMES = 21;

/**
 * Heat in time of a file on its mesh, the times that its section `time` asks for, and those at which its data bend.
 *
 * @throws InvalidInputError for what fits the schema and still makes no problem in time
 */
export function buildTransient(
  section: ThermalSection,
  mesh: Mesh,
  heat: HeatSection = section.heat,
): {
  problem: TransientProblem;
  options: TransientOptions & { readonly times: readonly number[] };
  breaks: readonly number[];
} {
  const { time, heatCapacity, initial, boundary } = section;
  if (!time) throw new InvalidInputError('time: the file has no section time');
  if (heatCapacity === undefined)
    throw new InvalidInputError('heatCapacity: heat in time needs ρ c_p in J/(m³ K)');
  if (initial === undefined)
    throw new InvalidInputError('initial: heat in time needs the temperature at the start');
  heat.forEach((each, i) => {
    requireRisingTimes(each, `heat[${i}]`);
  });
  for (const [name, condition] of Object.entries(boundary)) requireRisingTimes(condition, `boundary.${name}`);
  const exchange = surfaceExchange(section, mesh);
  const sourceAt = (t: number) =>
    sources(
      mesh,
      heat.map((each) => atTime(each, t)),
      section,
    );
  const conditionsAt = (t: number) =>
    boundaryConditions(
      mesh,
      Object.fromEntries(Object.entries(boundary).map(([name, each]) => [name, atTime(each, t)])),
    );
  const { end, frames = FRAMES, tolerance, timeStep, method } = time;
  return {
    problem: {
      mesh,
      heatCapacity: byRegion(mesh, 'heatCapacity', heatCapacity),
      conductivity: conductivityOf(mesh, section.conductivity),
      source: changes(...heat) ? { at: sourceAt } : sourceAt(0),
      boundaryConditions: changes(...Object.values(boundary)) ? { at: conditionsAt } : conditionsAt(0),
      initial,
      ...(exchange && { reaction: exchange.reaction }),
    },
    options: {
      end,
      times: Array.from({ length: frames }, (_, i) => (end * i) / (frames - 1)),
      tolerance,
      timeStep,
      method,
    },
    breaks: breaksOf(...heat, ...Object.values(boundary)),
  };
}
