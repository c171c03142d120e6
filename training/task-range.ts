import { boundaryConditionsOf, drawSampleOnMesh, type PoissonTask } from '../datasets/index.js';
import { assembleOperator, assembleRightHandSide } from '../solvers/index.js';
import { type Descriptors, problemDescriptors } from './problem-descriptors.js';
import { type RangeStatistics, rangeStatistics } from './trained-range.js';

/** Problems measured: enough for a quantile near the edge, and a few seconds on large meshes. */
const PROBLEMS = 64;

/** A run is exported more than once, as before and after its errors are measured. */
const known = new WeakMap<PoissonTask, { seed: number; statistics: RangeStatistics }>();

/** Statistics of a task's problems, on meshes spread evenly over its list; the same for the same seed. */
export function taskRange(task: PoissonTask, seed: number): RangeStatistics {
  const before = known.get(task);
  if (before?.seed === seed) return before.statistics;
  const statistics = measuredRange(task, seed);
  known.set(task, { seed, statistics });
  return statistics;
}

function measuredRange(task: PoissonTask, seed: number): RangeStatistics {
  const problems = Array.from({ length: PROBLEMS }, (_, index): Descriptors => {
    const { length } = task.meshes;
    const meshIndex = length <= PROBLEMS ? index % length : Math.floor((index * length) / PROBLEMS);
    const sample = drawSampleOnMesh(task, meshIndex, seed, index);
    const operator = assembleOperator(task.meshes[meshIndex], sample.conductivity, sample.boundaryTypes);
    const [source] = sample.sources;
    const rightHandSide = assembleRightHandSide(operator, source, boundaryConditionsOf(sample));
    return problemDescriptors(operator, { source, rightHandSide });
  });
  return rangeStatistics(task.meshes[0].dimension, problems);
}
