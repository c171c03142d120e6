import type { HostArray } from '../../runtime/graph.js';
import { hostCall } from '../../runtime/host-call.js';
import type { tf } from '../../runtime/tf.js';
import { scalarWithGradient } from '../losses/custom-gradient.js';
import { float32Result } from '../losses/supervision.js';
import { CONSTRAINT_RUN_DEFAULTS, type ConstraintRun } from './constrained-field.js';
import { type ConstraintOptions, constraintOptions } from './constraint-options.js';
import { type ConstraintLossKind, type LossRequest, onThisThread } from './constraint-requests.js';
import { requireAnswers, summariseSolves } from './failure-policy.js';
import type { ConstraintFamily } from './residual.js';
import { after, batchRequests, type ConstraintContext } from './solve-batch.js';

export interface ConstraintLossOptions extends ConstraintRun {
  /** `residual`: Σ_g w_g ‖ρ_g(u)‖₂ over all rows of the answer. `objective`: Φ, what the solves minimise, on their own rows. */
  readonly loss: ConstraintLossKind;
  /** w by name of the row group, 1 where left out. */
  readonly lossWeights: Readonly<Record<string, number>>;
}

export const CONSTRAINT_LOSS_DEFAULTS: ConstraintLossOptions = {
  ...CONSTRAINT_RUN_DEFAULTS,
  loss: 'residual',
  lossWeights: {},
};

/**
 * A loss of the constrained answer, mean over the batch, as a scalar with the exact gradient. Solve, loss and adjoint are one call of
 * the host, where `constrainedField` with a loss in the graph takes two.
 */
export function constraintLoss<Sample>(
  basis: tf.Tensor,
  family: ConstraintFamily<Sample>,
  options: Partial<ConstraintOptions> = {},
  loss: Partial<ConstraintLossOptions> = {},
  context?: ConstraintContext<Sample>,
): tf.Scalar {
  return hostLoss(basis, family, constraintOptions(options), loss, context, 'solve');
}

/**
 * The soft constraint: Σ_g w_g ‖ρ_g(c + E û)‖₂, mean over the batch, of fields û `[batch, ..., 1]` that a network answers with. Nothing is
 * solved.
 */
export function softConstraintLoss<Sample>(
  field: tf.Tensor,
  family: ConstraintFamily<Sample>,
  loss: Partial<Omit<ConstraintLossOptions, 'loss'>> = {},
  context?: ConstraintContext<Sample>,
): tf.Scalar {
  return hostLoss(field, family, constraintOptions({}), { ...loss, loss: 'residual' }, context, 'none');
}

function hostLoss<Sample>(
  basis: tf.Tensor,
  family: ConstraintFamily<Sample>,
  options: ConstraintOptions,
  given: Partial<ConstraintLossOptions>,
  context: ConstraintContext<Sample> | undefined,
  solve: 'solve' | 'none',
): tf.Scalar {
  const { loss, lossWeights, executor, report } = { ...CONSTRAINT_LOSS_DEFAULTS, ...given };
  const [value, gradient] = hostCall(
    ([array], running): HostArray[] | Promise<HostArray[]> => {
      const batch = { shape: array.shape, data: array.data as Float32Array };
      const requests = batchRequests(family, options, batch, running ?? context).map(
        ({ requests: [request] }): LossRequest => ({
          ...request,
          only: undefined,
          loss,
          lossWeights,
          solve: solve === 'solve',
        }),
      );
      const by = running === undefined ? onThisThread : executor;
      return after(by.loss(requests), (answers) => {
        if (solve === 'solve') {
          const diagnostics = answers.map((answer) => answer.diagnostics);
          requireAnswers(diagnostics, options.onFailure);
          const fallbacks = answers.flatMap(({ hessians }) => hessians).filter((kind) => kind === 'fallback');
          report(summariseSolves(diagnostics, options.onFailure, fallbacks.length));
        }
        const share = 1 / answers.length;
        const packed = float32Result(array.shape);
        const stride = packed.data.length / answers.length;
        let sum = 0;
        answers.forEach((answer, b) => {
          sum += share * answer.value;
          (packed.data as Float32Array).set(
            answer.gradient.map((part) => share * part),
            b * stride,
          );
        });
        return [float32Result([], Float32Array.of(sum)), packed];
      });
    },
    [basis],
    [{ shape: [], dtype: 'float32' }, basis],
  );
  return scalarWithGradient(basis, value, [gradient], ([kept]) => kept);
}
