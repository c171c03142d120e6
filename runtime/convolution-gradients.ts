import * as tf from '@tensorflow/tfjs-core';
import { TRACING_BACKEND } from './backend-name.js';
import { config } from './gradient-config.js';

/** A convolution and the two kernels of its gradient, which are linear in each of their operands like itself. */
interface Kernels {
  readonly plain: string;
  readonly input: string;
  readonly filter: string;
}

type Attributes = Partial<Pick<tf.Conv2DAttrs, 'dilations' | 'dataFormat'>> & tf.NamedAttrMap;

const run = (kernel: string, inputs: tf.NamedTensorMap, attributes: object): tf.Tensor =>
  tf.engine().runKernel(kernel, inputs, attributes as tf.NamedAttrMap);

const pair = (sizes: number | readonly number[] = 1): readonly [number, number] =>
  typeof sizes === 'number' ? [sizes, sizes] : [sizes[0], sizes[1]];

/** TensorFlow.js's own kernels of the gradients know no dilations: for them the filter is written out with its gaps. */
const writesGaps = ({ dilations }: Attributes): boolean =>
  pair(dilations).some((dilation) => dilation !== 1) && tf.getBackend() !== TRACING_BACKEND;

const spreadShape = (shape: readonly number[], { dilations }: Attributes): number[] => {
  const [down, across] = pair(dilations);
  return [(shape[0] - 1) * down + 1, (shape[1] - 1) * across + 1, shape[2], shape[3]];
};

function spread(filter: tf.Tensor, attributes: Attributes): tf.Tensor {
  const [down, across] = pair(attributes.dilations);
  const [height, width, inputs, outputs] = filter.shape;
  const apart = tf.reshape(filter, [height, 1, width, 1, inputs * outputs]);
  const padded = tf.pad(apart, [
    [0, 0],
    [0, down - 1],
    [0, 0],
    [0, across - 1],
    [0, 0],
  ]);
  const wide = tf.reshape(padded, [height * down, width * across, inputs, outputs]);
  return tf.slice(wide, [0, 0, 0, 0], spreadShape(filter.shape, attributes));
}

function inputGradient(
  { input }: Kernels,
  dy: tf.Tensor,
  filter: tf.Tensor,
  inputShape: readonly number[],
  attributes: Attributes,
): tf.Tensor {
  return writesGaps(attributes)
    ? run(input, { dy, filter: spread(filter, attributes) }, { ...attributes, dilations: 1, inputShape })
    : run(input, { dy, filter }, { ...attributes, inputShape });
}

function filterGradient(
  { filter: kernel }: Kernels,
  x: tf.Tensor,
  dy: tf.Tensor,
  filterShape: readonly number[],
  attributes: Attributes,
): tf.Tensor {
  if (!writesGaps(attributes)) return run(kernel, { x, dy }, { ...attributes, filterShape });
  const shape = spreadShape(filterShape, attributes);
  const whole = run(kernel, { x, dy }, { ...attributes, dilations: 1, filterShape: shape });
  return tf.stridedSlice(whole, [0, 0, 0, 0], shape, [...pair(attributes.dilations), 1, 1]);
}

/** y = x ∗ w and, with their own gradients, x̄ = ȳ ∗ᵀ w and w̄ = x ⋆ ȳ, dilations included. */
function gradientsOf(kernels: Kernels): tf.GradConfig[] {
  const { plain, input, filter: filterKernel } = kernels;
  return [
    config(plain, ['x', 'filter'], (dy, [x, filter], attributes) => ({
      x: () => inputGradient(kernels, dy, filter, x.shape, attributes),
      filter: () => filterGradient(kernels, x, dy, filter.shape, attributes),
    })),
    config(input, ['dy', 'filter'], (cotangent, [dy, filter], attributes) => ({
      dy: () => run(plain, { x: cotangent, filter }, plainAttributes(attributes)),
      filter: () => filterGradient(kernels, cotangent, dy, filter.shape, attributes),
    })),
    config(filterKernel, ['x', 'dy'], (cotangent, [x, dy], attributes) => ({
      x: () => inputGradient(kernels, dy, cotangent, x.shape, attributes),
      dy: () => run(plain, { x, filter: cotangent }, plainAttributes(attributes)),
    })),
  ];
}

/** The kernels of the gradients leave out what is at its default. */
const plainAttributes = (attributes: Attributes): Attributes => ({
  ...attributes,
  dilations: attributes.dilations ?? 1,
  dataFormat: attributes.dataFormat ?? 'NHWC',
});

/** In place of TensorFlow.js's, which refuse dilations and have no gradient of the filter's gradient. */
export const convolutionGradients: readonly tf.GradConfig[] = [
  ...gradientsOf({
    plain: tf.Conv2D,
    input: tf.Conv2DBackpropInput,
    filter: tf.Conv2DBackpropFilter,
  }),
  ...gradientsOf({
    plain: tf.DepthwiseConv2dNative,
    input: tf.DepthwiseConv2dNativeBackpropInput,
    filter: tf.DepthwiseConv2dNativeBackpropFilter,
  }),
];
