import { int, sizeOf, text } from '../graph.js';
import { cast, filled, inputList, type KernelCall, type Lowerings, reshape } from '../lowering.js';
import type { tf } from '../tf.js';
import { binary } from './binary.js';

/** Kernels that are alone of their kind. */
export const miscellaneous: Lowerings = {
  Einsum: (call: KernelCall<tf.EinsumAttrs>) => {
    const { graph, attributes } = call;
    const operands = inputList(call);
    const [terms, output] = attributes.equation.replaceAll(' ', '').split('->');
    const sizes = new Map<string, number>();
    for (const [index, term] of terms.split(',').entries())
      for (const [axis, letter] of [...term].entries()) sizes.set(letter, operands[index].shape[axis]);
    return graph.op(
      'Einsum',
      operands,
      [...output].map((letter) => sizes.get(letter)!),
      { equation: text(`${terms}->${output}`) },
    );
  },
  Diag: ({ graph, inputs: { x } }) => {
    const size = sizeOf(x.shape);
    const places = graph.op(
      'Range',
      [0, size, 1].map((value) => graph.scalar(value, 'int32')),
      [size],
    );
    const diagonal = binary(graph, 'Equal', reshape(graph, places, [size, 1]), places, 'bool');
    const matrix = graph.op(
      'Where',
      [diagonal, reshape(graph, x, [size]), graph.scalar(0, x.type)],
      [size, size],
      {},
      x.type,
    );
    return reshape(graph, matrix, [...x.shape, ...x.shape]);
  },
  TopK: ({ graph, inputs: { x }, attributes: { k, sorted } }: KernelCall<tf.TopKAttrs>) => {
    const shape = x.shape.with(-1, k);
    const [values, indices] = graph.node(
      'TopK',
      [x, graph.vector([k])],
      [
        { shape, type: x.type },
        { shape, type: 'int64' },
      ],
      { axis: int(-1), sorted: int(sorted ? 1 : 0) },
    );
    return [values, cast(graph, indices, 'int32')];
  },
  LinSpace: ({ graph, attributes: { start, stop, num } }: KernelCall<tf.LinSpaceAttrs>) => {
    const step = num > 1 ? (stop - start) / (num - 1) : 0;
    return graph.constant(
      Float32Array.from({ length: num }, (_, index) => start + index * step),
      [num],
    );
  },
  FusedBatchNorm: ({
    graph,
    inputs: { x, mean, variance, offset, scale },
    attributes,
  }: KernelCall<tf.FusedBatchNormAttrs>) => {
    const spread = binary(graph, 'Add', variance, graph.scalar(attributes.varianceEpsilon));
    const deviation = graph.op('Sqrt', [spread], spread.shape);
    const normal = binary(graph, 'Div', binary(graph, 'Sub', x, mean), deviation);
    const scaled = binary(graph, 'Mul', normal, scale ?? filled(graph, 1, 'float32', []));
    return offset ? binary(graph, 'Add', scaled, offset) : scaled;
  },
};
