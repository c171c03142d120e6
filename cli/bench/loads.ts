import { InvalidInputError } from '../../common/errors.js';
import { combineSeeds, createRandom } from '../../common/random.js';
import {
  fourierSource,
  fourierSourceDimensions,
  gaussianRandomField,
  hotSpots,
  type Source,
  sampleSource,
} from '../../datasets/index.js';
import type { Mesh } from '../../geometry/index.js';
import type { PoissonProblem } from '../../solvers/index.js';
import { steadyData, steadySource } from '../problem/build-steady.js';
import type { ProblemFile } from '../problem/problem-schema.js';
import type { QueriesSection } from '../problem/queries-schema.js';
import type { ConditionSection, HeatSection } from '../problem/thermal-schema.js';

/** What differs from query to query. */
export interface Loads {
  /** Dimension of the span of all loads, null where it is not known */
  readonly dimension: number | null;
  draw(number: number, stream: number): Pick<PoissonProblem, 'boundaryConditions'> & { source: Float64Array };
}

/**
 * Loads as `queries.vary` says.
 *
 * @param level temperature of the surroundings, from which given temperatures deviate more or less
 */
export function variedLoads(file: ProblemFile, mesh: Mesh, heat: HeatSection, level: number): Loads {
  const { seed, vary } = file.queries;
  const [least, most] = vary.strengths;
  if (!(most >= least)) {
    throw new InvalidInputError(
      `queries.vary.strengths: expected two factors that rise, got [${least}, ${most}]`,
    );
  }
  const source = vary.sources && sourceOf(vary.sources);
  const own = steadySource(file, mesh, heat);
  const size = rootMeanSquare(mesh, own) || 1;
  return {
    dimension: dimensionOf(file, heat, mesh, source, level),
    draw: (number, stream) => {
      const random = createRandom(combineSeeds(seed, stream, number));
      const fixed = number === 0 && stream === 0;
      const factor = () => (fixed ? 1 : random.uniform(least, most));
      const conditions = steadyData(scaledBoundary(file, level, factor), mesh, []).boundaryConditions;
      if (!source) {
        const scaled = heat.map((each) => scaledHeat(each, factor()));
        return { source: steadySource(file, mesh, scaled), boundaryConditions: conditions };
      }
      const [shape] = sampleSource(source, mesh, random, 1);
      const scale = size / (rootMeanSquare(mesh, shape) || 1);
      // what the air gives through the faces of a plate is no part of the heat
      const air = steadySource(file, mesh, []);
      return {
        source: shape.map((value, cell) => scale * value + air[cell]),
        boundaryConditions: conditions,
      };
    },
  };
}

/** Only given temperatures and fluxes vary: the air and what a plate gives to it stay. */
function scaledBoundary(file: ProblemFile, level: number, factor: () => number): ProblemFile {
  const boundary = Object.fromEntries(
    Object.entries(file.boundary).map(([name, condition]) => {
      const { value } = condition;
      if (typeof value !== 'number') return [name, condition];
      const zero = zeroOf(condition, level);
      return [name, { ...condition, value: zero + (value - zero) * factor() }];
    }),
  );
  return { ...file, boundary };
}

const zeroOf = ({ type }: ConditionSection, level: number) => (type === 'temperature' ? level : 0);

function scaledHeat(each: HeatSection[number], factor: number): HeatSection[number] {
  const times = (value: typeof each.power) => (typeof value === 'number' ? value * factor : value);
  return {
    ...each,
    ...(each.power !== undefined && { power: times(each.power) }),
    ...(each.density !== undefined && { density: times(each.density) }),
  };
}

function dimensionOf(
  file: ProblemFile,
  heat: HeatSection,
  mesh: Mesh,
  source: Source | undefined,
  level: number,
): number | null {
  const conditions = Object.values(file.boundary);
  const values = conditions.filter(
    (each) => typeof each.value === 'number' && each.value !== zeroOf(each, level),
  );
  // what stays the same is one more: air of another temperature than the surroundings' mean
  const stays = [file.surface?.ambient, ...conditions.map(({ ambient }) => ambient)];
  const boundary = values.length + (stays.some((each) => each !== undefined && each !== level) ? 1 : 0);
  if (!source) return heat.length + boundary;
  return source.kind === 'fourier' ? fourierSourceDimensions(source, mesh.dimension) + boundary : null;
}

function sourceOf(given: NonNullable<QueriesSection['vary']['sources']>): Source {
  if (given.kind === 'fourier') return fourierSource({ modes: given.modes });
  if (given.kind === 'hot-spots') return hotSpots({ count: [given.count, given.count] });
  return gaussianRandomField({ smoothness: 0.5, correlationLength: given.correlationLength });
}

function rootMeanSquare({ cellVolumes }: Mesh, field: Float64Array): number {
  let [sum, volume] = [0, 0];
  for (let cell = 0; cell < field.length; cell++) {
    sum += cellVolumes[cell] * field[cell] ** 2;
    volume += cellVolumes[cell];
  }
  return Math.sqrt(sum / volume);
}
