import type { HostArray } from '../../runtime/graph.js';
import { hostCall } from '../../runtime/host-call.js';
import { tf } from '../../runtime/tf.js';
import { float32Result } from '../losses/supervision.js';
import { type ConstraintOptions, constraintOptions } from './constraint-options.js';
import { type ConstraintExecutor, onThisThread } from './constraint-requests.js';
import { type SolveSummary, summariseSolves } from './failure-policy.js';
import type { ConstraintFamily } from './residual.js';
import {
  after,
  batchCotangents,
  type ConstraintContext,
  type SolvedBatch,
  solveBatch,
} from './solve-batch.js';

/** How a run solves constraints and what it is told. */
export interface ConstraintRun {
  /** Who solves; the calling thread by default, and always in eager runs. */
  readonly executor: ConstraintExecutor;
  /** Told of every batch of solves, after its adjoint where there is one. */
  readonly report: (summary: SolveSummary) => void;
}

export const CONSTRAINT_RUN_DEFAULTS: ConstraintRun = { executor: onThisThread, report: () => {} };

/**
 * Answers u `[batch, ..., 1]` of a constraint from basis fields `[batch, ..., N]`, as a tensor with the exact gradient: the host solves
 * in float64 and carries cotangents back, nothing of it is on a tape. Points are the axes between, in row-major order; a sample with
 * fewer of them than the batch is padded with zeros.
 *
 * Samples are read from the running step's context; an eager caller passes them as `context`.
 */
export function constrainedField<Sample>(
  basis: tf.Tensor,
  family: ConstraintFamily<Sample>,
  options: Partial<ConstraintOptions> = {},
  run: Partial<ConstraintRun> = {},
  context?: ConstraintContext<Sample>,
): tf.Tensor {
  const complete = constraintOptions(options);
  const { executor, report } = { ...CONSTRAINT_RUN_DEFAULTS, ...run };
  const kept = solvedByRun();
  const operation = tf.customGrad((given, save) => {
    const input = given as tf.Tensor;
    const output = { shape: [...input.shape.slice(0, -1), 1], dtype: 'float32' };
    const [field] = hostCall(
      ([{ shape, data }], running) => {
        const own = running ?? context;
        const values = { shape, data: data as Float32Array };
        // eager runs cannot wait
        const by = running === undefined ? onThisThread : executor;
        return after(solveBatch(family, complete, values, own, by), (solved) => {
          kept.put(running, solved);
          report(summaryOf(solved, complete));
          return [packed(solved.fields, [...shape.slice(0, -1), 1])];
        });
      },
      [input],
      [output],
    );
    (save as (tensors: tf.Tensor[]) => void)([field]);
    return {
      value: field,
      gradFunc: (cotangent: tf.Tensor, [answer]: tf.Tensor[]) =>
        // the answer is fed for its order alone: the adjoint follows the solve
        hostCall(
          ([{ shape, data }], running) => {
            const solved = kept.take(running);
            const by = running === undefined ? onThisThread : executor;
            const points = shape.slice(1).reduce((product, size) => product * size, 1);
            const cotangents = solved.samples.map(({ problem }, b) =>
              Float64Array.from(
                (data as Float32Array).subarray(b * points, b * points + problem.residual.points),
              ),
            );
            return after(batchCotangents(solved, cotangents, by), ({ bases, hessians }) => {
              const fallbacks = hessians.filter((hessian) => hessian === 'fallback').length;
              if (fallbacks > 0) report(summaryOf(solved, complete, fallbacks));
              const columns = solved.samples[0].requests[0].columns;
              return [packed(bases, [...shape.slice(0, -1), columns])];
            });
          },
          [cotangent, answer],
          [input],
        )[0],
    };
  });
  return operation(basis) as tf.Tensor;
}

/** Solved batches between forward and backward: one for each run in progress, whose context tells it apart. */
function solvedByRun() {
  const byContext = new WeakMap<object, SolvedBatch>();
  let last: SolvedBatch | undefined;
  return {
    put(running: unknown, solved: SolvedBatch): void {
      if (typeof running === 'object' && running !== null) byContext.set(running, solved);
      else last = solved;
    },
    take(running: unknown): SolvedBatch {
      const own = typeof running === 'object' && running !== null ? byContext.get(running) : last;
      if (!own) throw new Error('constrainedField: an adjoint was asked for before its solve');
      return own;
    },
  };
}

function summaryOf({ samples }: SolvedBatch, options: ConstraintOptions, fallbacks = 0): SolveSummary {
  const diagnostics = samples.map(({ outcomes }) => outcomes.flat().map((outcome) => outcome.diagnostics));
  return summariseSolves(diagnostics, options.onFailure, fallbacks);
}

/** Members side by side, padded with zeros. */
function packed(members: readonly Float64Array[], shape: readonly number[]): HostArray {
  const result = float32Result(shape);
  const stride = result.data.length / shape[0];
  members.forEach((values, b) => {
    (result.data as Float32Array).set(values, b * stride);
  });
  return result;
}
