import type { Graph, Value } from '../graph.js';
import type { KernelCall, Lowering, Lowerings } from '../lowering.js';
import type { tf } from '../tf.js';
import { binary } from './binary.js';
import { convolutions } from './convolution.js';
import { depthwiseConvolutions } from './depthwise-convolution.js';
import { elementwise } from './elementwise.js';
import { matMul } from './matmul.js';

interface FusedAttributes {
  readonly activation?: string;
  readonly leakyreluAlpha?: number;
}

const ACTIVATIONS: Readonly<Record<string, Lowering>> = {
  relu: elementwise.Relu,
  relu6: elementwise.Relu6,
  elu: elementwise.Elu,
  sigmoid: elementwise.Sigmoid,
  prelu: elementwise.Prelu,
  leakyrelu: elementwise.LeakyRelu,
};

/** activation(product + bias), which ONNX Runtime fuses again where it can. */
function finished(
  graph: Graph,
  product: Value,
  { bias, preluActivationWeights }: KernelCall['inputs'],
  { activation = 'linear', leakyreluAlpha }: FusedAttributes,
): Value {
  const x = bias ? binary(graph, 'Add', product, bias) : product;
  const activate = ACTIVATIONS[activation];
  if (!activate) return x;
  return activate({
    graph,
    inputs: { x, alpha: preluActivationWeights },
    attributes: { alpha: leakyreluAlpha },
  }) as Value;
}

const fusedConvolution =
  (convolve: Lowering): Lowering =>
  (call: KernelCall<FusedAttributes>) =>
    finished(call.graph, convolve(call) as Value, call.inputs, call.attributes);

/** `tf.fused`: what layers of TensorFlow.js call where no gradient is taken. */
export const fusedOperations: Lowerings = {
  _FusedMatMul: ({ graph, inputs, attributes }: KernelCall<tf._FusedMatMulAttrs>) =>
    finished(
      graph,
      matMul(graph, inputs.a, inputs.b, attributes.transposeA, attributes.transposeB),
      inputs,
      attributes,
    ),
  FusedConv2D: fusedConvolution(convolutions.Conv2D),
  FusedDepthwiseConv2D: fusedConvolution(depthwiseConvolutions.DepthwiseConv2dNative),
};
