import { InvalidInputError } from '../../common/errors.js';
import {
  choosePreconditioner,
  conjugateGradientSteps,
  type PoissonOperator,
  type Preconditioner,
  type PreconditionerName,
} from '../../solvers/index.js';
import type { Measure } from './distance.js';
import { evaluateResidual } from './residual-loss.js';
import type { FieldLoss, LossValue } from './supervision.js';
import { targetLoss } from './target-loss.js';

export interface PcgStepsOptions {
  /** K of the target. */
  readonly steps: number;
  /** A step with `amg` reaches as far on a large mesh as on a small one; one with `jacobi` reaches the next cells. */
  readonly preconditioner: PreconditionerName;
  readonly measure: Measure;
  /** ω of an added residual of the same measure (`rms` or `norm` only). */
  readonly residualWeight: number;
}

/** NPSolver's published choice: 40 Jacobi steps, root mean square of the difference. */
export const PCG_STEPS_DEFAULTS: PcgStepsOptions = {
  steps: 40,
  preconditioner: 'jacobi',
  measure: 'rms',
  residualWeight: 0,
};

/**
 * ‖ũ − û‖ with ũ = PCG_K(B, b; û) held constant (NPSolver, arXiv 2605.25786): d = ũ − û is a lower bound of the error
 * in the energy norm, √(1 − ρ_K²) ‖e‖_B ≤ ‖d‖_B ≤ ‖e‖_B, and −d the gradient of its square.
 *
 * @throws InvalidInputError when K is no positive integer or a residual is added to a measure that has no such unit
 */
export function pcgSteps(options: Partial<PcgStepsOptions> = {}): FieldLoss {
  const { steps, preconditioner, measure, residualWeight } = { ...PCG_STEPS_DEFAULTS, ...options };
  if (!Number.isInteger(steps) || steps < 1) {
    throw new InvalidInputError(`pcgSteps: steps must be a positive integer, got ${steps}`);
  }
  if (residualWeight !== 0 && measure !== 'rms' && measure !== 'norm') {
    throw new InvalidInputError(
      `pcgSteps: a residual can be added to the measures 'rms' and 'norm', not to '${measure}'`,
    );
  }
  const preconditionerOf = cachedPreconditioner(preconditioner);
  return {
    name: 'pcg-steps',
    options: { steps, preconditioner, measure, residualWeight },
    evaluate: (samples, fields) => {
      const targets = fields.map((sources, b) => {
        const { operator, rightHandSides } = samples[b];
        const singular = operator.singular ? { volumes: operator.mesh.cellVolumes } : undefined;
        return sources.map((field, s) =>
          conjugateGradientSteps(
            operator.matrix,
            rightHandSides[s],
            field,
            steps,
            preconditionerOf(operator),
            { singular },
          ),
        );
      });
      const loss = targetLoss(samples, fields, targets, measure);
      if (residualWeight === 0 || (measure !== 'rms' && measure !== 'norm')) return loss;
      return addWeighted(loss, evaluateResidual(samples, fields, measure), residualWeight);
    },
  };
}

/** One set-up per operator; the map lets go of operators nobody else holds. */
function cachedPreconditioner(kind: PcgStepsOptions['preconditioner']) {
  const known = new WeakMap<PoissonOperator, Preconditioner>();
  return (operator: PoissonOperator): Preconditioner => {
    let found = known.get(operator);
    if (!found) {
      found = choosePreconditioner(operator.matrix, kind);
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
