import type { Graph, Value } from '../graph.js';
import type { KernelCall, Lowerings } from '../lowering.js';
import { transposed } from '../narrow-products.js';
import { tf } from '../tf.js';

/** ONNX Runtime fuses the transposes into its matrix product. */
export function matMul(graph: Graph, a: Value, b: Value, transposeA = false, transposeB = false): Value {
  const left = transposeA ? transposed(graph, a) : a;
  const right = transposeB ? transposed(graph, b) : b;
  if (left.shape.at(-1) !== right.shape.at(-2)) {
    throw new RangeError(
      `matMul: inner sizes should be equal, got [${a.shape}]${transposeA ? ' transposed' : ''} and ` +
        `[${b.shape}]${transposeB ? ' transposed' : ''}`,
    );
  }
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(
    left.shape.slice(0, -2),
    right.shape.slice(0, -2),
  );
  return graph.op('MatMul', [left, right], [...batch, left.shape.at(-2)!, right.shape.at(-1)!]);
}

export const matrixProducts: Lowerings = {
  BatchMatMul: ({ graph, inputs: { a, b }, attributes }: KernelCall<tf.BatchMatMulAttrs>) =>
    matMul(graph, a, b, attributes.transposeA, attributes.transposeB),
};
