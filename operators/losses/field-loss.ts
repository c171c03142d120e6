import { InvalidInputError } from '../../common/errors.js';
import type { HostArray } from '../../runtime/graph.js';
import { hostCall } from '../../runtime/host-call.js';
import type { tf } from '../../runtime/tf.js';
import { scalarWithGradient } from './custom-gradient.js';
import {
  type FieldLoss,
  float32Result,
  type SupervisionContext,
  supervisionMoment,
  supervisionSamples,
} from './supervision.js';

/**
 * The scalar loss of predicted fields û `[batch, cells, sources]` as a tensor whose gradient is the loss's own
 * cotangent: one cut of the graph, float64 beside it.
 *
 * Samples are read from the running step's context; an eager caller passes them as `context`.
 * A sample's û counts in units of its `fieldScale`, so the loss is dimensionless whatever the units of the problem.
 */
export function supervisedFieldLoss(
  loss: FieldLoss,
  predicted: tf.Tensor,
  context?: SupervisionContext,
): tf.Scalar {
  const [value, cotangent] = hostCall(
    ([array], running) => evaluateOnHost(loss, array, running ?? context),
    [predicted],
    [{ shape: [], dtype: 'float32' }, predicted],
  );
  return scalarWithGradient(predicted, value, [cotangent], ([gradient]) => gradient);
}

function evaluateOnHost(loss: FieldLoss, { shape, data }: HostArray, context: unknown): HostArray[] {
  const [batch, cells, sources] = shape;
  const samples = supervisionSamples(context, batch, `operators.${loss.name}`).map(inFieldUnits);
  const at = (b: number, cell: number, s: number) => (b * cells + cell) * sources + s;
  const fields = samples.map(({ operator, rightHandSides }, b) => {
    const { rows } = operator.matrix;
    if (rightHandSides.length !== sources || rows > cells) {
      throw new InvalidInputError(
        `operators.${loss.name}: sample ${b} has ${rightHandSides.length} right-hand sides on ${rows} cells, ` +
          `the prediction ${sources} fields on ${cells} cells`,
      );
    }
    return rightHandSides.map((_, s) =>
      Float64Array.from({ length: rows }, (_, cell) => data[at(b, cell, s)]),
    );
  });
  const { value, cotangents } = loss.evaluate(samples, fields, supervisionMoment(context));
  const result = float32Result(shape);
  cotangents.forEach((perSource, b) => {
    perSource.forEach((vector, s) => {
      for (let cell = 0; cell < vector.length; cell++) result.data[at(b, cell, s)] = vector[cell];
    });
  });
  return [float32Result([], Float32Array.of(value)), result];
}

/** The problem for û = u / scale. */
function inFieldUnits(sample: SupervisionContext['samples'][number]): SupervisionContext['samples'][number] {
  const scale = sample.fieldScale ?? 1;
  if (scale === 1) return sample;
  const divided = (vectors: readonly Float64Array[]) =>
    vectors.map((vector) => vector.map((value) => value / scale));
  return {
    ...sample,
    rightHandSides: divided(sample.rightHandSides),
    solutions: sample.solutions && divided(sample.solutions),
  };
}
