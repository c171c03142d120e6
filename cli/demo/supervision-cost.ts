import { median } from '../../common/median.js';
import { combineSeeds, createRandom } from '../../common/random.js';
import { drawSample } from '../../datasets/index.js';
import { projectFields, projectionOf, type ReducedBasisOptions } from '../../operators/index.js';
import {
  assembleOperator,
  assembleRightHandSide,
  conjugateGradient,
  incompleteCholesky,
  type PoissonOperator,
} from '../../solvers/index.js';
import { zeroConditions } from '../../training/index.js';
import type { ShownTraining } from './demo-result.js';
import type { Recipe } from './recipes.js';

const SAMPLES = 24;

/** Medians in seconds for one training sample: one mesh, one set of boundary types, all its sources. */
export interface SupervisionCost {
  /** Share of a training step of one member of the batch: forward, supervision, backward, update. */
  readonly step: number;
  /** Boundary types, sources, B and all b. */
  readonly drawing: number;
  /** Supervision itself, on a field or basis of the right shape: projection of all sources, or the loss on the field. */
  readonly supervision: number;
  /** What converged labels would have cost: IC(0)-PCG to 1e-8 for every source. Not part of training. */
  readonly labels: number;
}

/** Times the parts of one training sample, on fresh samples of the run's task. */
export function supervisionCost({ supervise }: Recipe, run: ShownTraining): SupervisionCost {
  const drawing: number[] = [];
  const labels: number[] = [];
  const supervision: number[] = [];
  for (let index = 0; index < SAMPLES; index++) {
    const started = performance.now();
    const sample = drawSample(run.task, combineSeeds(run.configuration.seed, 99), index);
    const mesh = run.task.meshes[sample.meshIndex];
    const operator = assembleOperator(mesh, 1, sample.boundaryTypes);
    const conditions = zeroConditions(sample.boundaryTypes);
    const rightHandSides = sample.sources.map((source) =>
      assembleRightHandSide(operator, source, conditions),
    );
    drawing.push(secondsSince(started));

    const output = startOutput({ operator: run.operator, supervise }, operator, index);
    const supervising = performance.now();
    output(rightHandSides);
    supervision.push(secondsSince(supervising));

    const solving = performance.now();
    const preconditioner = incompleteCholesky(operator.matrix);
    const singular = operator.singular ? { volumes: mesh.cellVolumes } : undefined;
    for (const b of rightHandSides) {
      conjugateGradient(operator.matrix, b, { preconditioner, relativeTolerance: 1e-8, singular });
    }
    labels.push(secondsSince(solving));
  }
  const steps = run.history.map(({ seconds, waitSeconds }) => seconds - waitSeconds);
  return {
    step: median(steps) / run.configuration.batchSize,
    drawing: median(drawing),
    supervision: median(supervision),
    labels: median(labels),
  };
}

/** What supervision does with a network's output; the output, here random numbers, is prepared outside of the timing. */
function startOutput(
  { operator: network, supervise }: Pick<ShownTraining, 'operator'> & Pick<Recipe, 'supervise'>,
  operator: PoissonOperator,
  seed: number,
) {
  const { rows } = operator.matrix;
  const random = createRandom(seed);
  if (network.output === 'field') {
    const field = Float64Array.from({ length: rows }, () => random.normal());
    return (rightHandSides: Float64Array[]) => supervise.evaluate([{ operator, rightHandSides }], [[field]]);
  }
  const { rank, ...projection } = network.options as ReducedBasisOptions;
  const basis = Float32Array.from({ length: rows * rank }, () => random.normal());
  return (rightHandSides: Float64Array[]) =>
    projectFields(projectionOf(operator, basis, rank, projection), rightHandSides);
}

const secondsSince = (started: number) => (performance.now() - started) / 1000;
