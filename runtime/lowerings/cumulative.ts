import { type Graph, int, type Value } from '../graph.js';
import { filled, type KernelCall, type Lowerings, slice } from '../lowering.js';
import { tf } from '../tf.js';

/** x moved by `distance` places along an axis, ones moving in. */
function shifted(graph: Graph, x: Value, axis: number, distance: number, reverse: boolean): Value {
  const size = x.shape[axis];
  const kept = slice(
    graph,
    x,
    x.shape.map((_, i) => (i === axis && reverse ? distance : 0)),
    x.shape.with(axis, size - distance),
  );
  const ones = filled(graph, 1, x.type, x.shape.with(axis, distance));
  return graph.op('Concat', reverse ? [kept, ones] : [ones, kept], x.shape, { axis: int(axis) });
}

export const cumulatives: Lowerings = {
  Cumsum: ({ graph, inputs: { x }, attributes }: KernelCall<tf.CumsumAttrs>) => {
    const [axis] = tf.util.parseAxisParam(attributes.axis, [...x.shape]);
    return graph.op('CumSum', [x, graph.scalar(axis, 'int32')], x.shape, {
      exclusive: int(attributes.exclusive ? 1 : 0),
      reverse: int(attributes.reverse ? 1 : 0),
    });
  },
  // ONNX has none: log₂ n passes, each of which doubles the number of factors; n has to be a fixed size
  Cumprod: ({ graph, inputs: { x }, attributes }: KernelCall<tf.CumprodAttrs>) => {
    const [axis] = tf.util.parseAxisParam(attributes.axis, [...x.shape]);
    let product = attributes.exclusive ? shifted(graph, x, axis, 1, attributes.reverse) : x;
    for (let distance = 1; distance < x.shape[axis]; distance *= 2) {
      const other = shifted(graph, product, axis, distance, attributes.reverse);
      product = graph.op('Mul', [product, other], x.shape);
    }
    return product;
  },
};
