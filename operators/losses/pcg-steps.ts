import { InvalidInputError } from '../../common/errors.js';
import {
  conjugateGradientStepsMany,
  differentiableSteps,
  type PoissonOperator,
  type Preconditioner,
  type PreconditionerName,
  removeVolumeMean,
} from '../../solvers/index.js';
import type { Measure } from './distance.js';
import { evaluateResidual, RESIDUAL_MEASURES, type ResidualMeasure } from './residual-loss.js';
import { requireStepCount, type StepCount, stepCountAt } from './step-count.js';
import { stepPreconditioner } from './step-preconditioner.js';
import type { FieldLoss, LossValue, SupervisionSample } from './supervision.js';
import { targetLoss } from './target-loss.js';

export interface PcgStepsOptions {
  /** K of the target: a number, or a schedule over the run. */
  readonly steps: StepCount;
  /** A step with `amg` reaches as far on a large mesh as on a small one; one with `jacobi` reaches the next cells. */
  readonly preconditioner: PreconditionerName;
  readonly measure: Measure;
  /** ω of an added residual of the same measure (`rms`, `norm`, `volume` or `relative`). */
  readonly residualWeight: number;
  /** Whether ũ is held constant; false follows the gradient through the steps, for comparison. */
  readonly stopGradient: boolean;
}

/** NPSolver's published choice: 40 Jacobi steps, root mean square of the difference, target held constant. */
export const PCG_STEPS_DEFAULTS: PcgStepsOptions = {
  steps: 40,
  preconditioner: 'jacobi',
  measure: 'rms',
  residualWeight: 0,
  stopGradient: true,
};

/**
 * ‖ũ − û‖ with ũ = PCG_K(B, b; û) held constant (NPSolver, arXiv 2605.25786): d = ũ − û is a lower bound of the error
 * in the energy norm, √(1 − ρ_K²) ‖e‖_B ≤ ‖d‖_B ≤ ‖e‖_B, and −d the gradient of its square.
 *
 * With `stopGradient: false` the cotangent is that of the whole expression, ∂ũ/∂û included.
 *
 * @throws InvalidInputError when K is no positive integer or a residual is added to a measure that has no such unit
 */
export function pcgSteps(options: Partial<PcgStepsOptions> = {}): FieldLoss {
  const { steps, preconditioner, measure, residualWeight, stopGradient } = {
    ...PCG_STEPS_DEFAULTS,
    ...options,
  };
  requireStepCount('pcgSteps', steps);
  if (residualWeight !== 0 && !isResidualMeasure(measure)) {
    throw new InvalidInputError(
      `pcgSteps: a residual can be added to the measures ${RESIDUAL_MEASURES.join(', ')}, not to '${measure}'`,
    );
  }
  const preconditionerOf = cachedPreconditioner(preconditioner);
  const targetsOf = (
    { operator, rightHandSides }: SupervisionSample,
    fields: readonly Float64Array[],
    k: number,
  ) =>
    conjugateGradientStepsMany(operator.matrix, rightHandSides, fields, k, preconditionerOf(operator), {
      singular: kernelOf(operator),
    });

  const withStoppedGradient: FieldLoss['evaluate'] = (samples, fields, moment) => {
    const k = stepCountAt(steps, moment);
    const targets = fields.map((sources, b) => targetsOf(samples[b], sources, k));
    return targetLoss(samples, fields, targets, measure);
  };
  const throughTheSteps: FieldLoss['evaluate'] = (samples, fields, moment) => {
    const k = stepCountAt(steps, moment);
    const runs = fields.map((sources, b) => {
      const { operator, rightHandSides } = samples[b];
      const given = { singular: kernelOf(operator) };
      return sources.map((field, s) =>
        differentiableSteps(operator.matrix, rightHandSides[s], field, k, preconditionerOf(operator), given),
      );
    });
    const targets = runs.map((sources) => sources.map(({ result }) => result));
    const { value, cotangents, targetCotangents } = targetLoss(samples, fields, targets, measure);
    const through = targetCotangents().map((sources, b) =>
      sources.map((cotangent, s) => runs[b][s].adjoint(cotangent)),
    );
    return addWeighted({ value, cotangents }, { value: 0, cotangents: through }, 1);
  };
  const distance = stopGradient ? withStoppedGradient : throughTheSteps;
  return {
    name: 'pcg-steps',
    options: {
      steps,
      preconditioner,
      measure,
      residualWeight,
      // left out where it changes nothing, so that runs started before it existed can be resumed
      ...(stopGradient ? {} : { stopGradient }),
    },
    evaluate: (samples, fields, moment) => {
      const loss = distance(samples, fields, moment);
      if (residualWeight === 0 || !isResidualMeasure(measure)) return loss;
      return addWeighted(loss, evaluateResidual(samples, fields, measure), residualWeight);
    },
    errorProxy: (sample, fields, moment) =>
      targetsOf(sample, fields, stepCountAt(steps, moment)).map((target, s) =>
        difference(sample, target, fields[s]),
      ),
  };
}

/** ũ − û, of zero volume mean where constants are in the kernel. */
function difference({ operator }: SupervisionSample, target: Float64Array, field: Float64Array) {
  const d = target.map((value, cell) => value - field[cell]);
  if (operator.singular) removeVolumeMean(d, operator.mesh.cellVolumes);
  return d;
}

const kernelOf = ({ singular, mesh }: PoissonOperator) =>
  singular ? { volumes: mesh.cellVolumes } : undefined;

const isResidualMeasure = (measure: string): measure is ResidualMeasure =>
  (RESIDUAL_MEASURES as readonly string[]).includes(measure);

/** One set-up per operator; the map lets go of operators nobody else holds. */
function cachedPreconditioner(kind: PcgStepsOptions['preconditioner']) {
  const known = new WeakMap<PoissonOperator, Preconditioner>();
  return (operator: PoissonOperator): Preconditioner => {
    let found = known.get(operator);
    if (!found) {
      found = stepPreconditioner(operator.matrix, kind);
      known.set(operator, found);
    }
    return found;
  };
}

function addWeighted(first: LossValue, second: LossValue, weight: number): LossValue {
  return {
    value: first.value + weight * second.value,
    cotangents: first.cotangents.map((sources, b) =>
      sources.map((vector, s) => vector.map((v, cell) => v + weight * second.cotangents[b][s][cell])),
    ),
  };
}
