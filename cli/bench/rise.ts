import type { BoundaryCondition, PoissonProblem } from '../../solvers/index.js';
import { METRES } from '../problem/build-mesh.js';
import type { ThermalSection } from '../problem/thermal-schema.js';

/**
 * The temperature of what is around a part: mean of given and ambient temperatures by area, the faces of a plate among it; 0 where
 * there are none. Relative errors of the rise over it do not depend on where a scale of temperatures has its zero.
 */
export function surroundings(
  { surface, thickness, lengthUnit }: Pick<ThermalSection, 'surface' | 'thickness' | 'lengthUnit'>,
  { mesh, boundaryConditions }: PoissonProblem,
): number {
  const { faceAreas, patches, cellVolumes } = mesh;
  let [sum, weight] = [0, 0];
  const met = new Set<number>();
  const add = (temperature: number | undefined, area: number) => {
    if (temperature === undefined) return;
    met.add(temperature);
    sum += area * temperature;
    weight += area;
  };
  for (const { name, start, size } of patches) {
    add(temperatureOf(boundaryConditions[name]), total(faceAreas.subarray(start, start + size)));
  }
  if (surface && thickness !== undefined) {
    // per metre of depth, as the areas of the patches
    add(surface.ambient, (surface.sides * total(cellVolumes)) / (thickness * METRES[lengthUnit]));
  }
  // one temperature all around is just that, not what rounding makes of its mean
  if (met.size === 1) return [...met][0];
  return weight > 0 ? sum / weight : 0;
}

/** The problem of u − level; data are numbers, sources by cell. */
export function riseOver(level: number, problem: PoissonProblem): PoissonProblem {
  const { boundaryConditions, reaction } = problem;
  const source = problem.source as Float64Array;
  return {
    ...problem,
    source: typeof reaction === 'number' ? source.map((q) => q - reaction * level) : source,
    boundaryConditions: Object.fromEntries(
      Object.entries(boundaryConditions).map(([name, each]) => [name, conditionOfRise(level, each)]),
    ),
  };
}

function conditionOfRise(level: number, condition: BoundaryCondition): BoundaryCondition {
  if (condition.type === 'dirichlet') return { ...condition, value: (condition.value as number) - level };
  if (condition.type === 'robin') return { ...condition, ambient: (condition.ambient as number) - level };
  return condition;
}

function temperatureOf(condition: BoundaryCondition): number | undefined {
  if (condition.type === 'dirichlet') return condition.value as number;
  return condition.type === 'robin' ? (condition.ambient as number) : undefined;
}

const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
