import { type Origin, originText } from './origin.js';

const COMPLEX =
  'carry real and imaginary part as two tensors, and transform with truncated DFT matrices (tf.matMul with cos and sin)';
const VOLUME =
  'fold one axis into the batch and use the two-dimensional operation, or tf.slice, tf.pad and tf.matMul';
const WINDOW = 'sample with tf.gather, or with interpolation matrices and tf.matMul';
const BACKWARD = 'take the gradient with tf.grad, which is written with operations that can be compiled';
const HOST = 'run it outside the graph with hostCall, or before it and pass the result as an input';
const RAGGED = 'keep one flat array and the row of each entry, and add up with tf.unsortedSegmentSum';

/** What to write in the place of kernels of TensorFlow.js that cannot be compiled. */
export const KERNEL_ALTERNATIVES: Readonly<Record<string, string>> = {
  AvgPool3D: VOLUME,
  AvgPool3DGrad: BACKWARD,
  AvgPoolGrad: BACKWARD,
  Bincount: 'tf.unsortedSegmentSum of ones (or of the weights) with a known number of bins',
  BitwiseAnd: 'tf.mod and tf.floorDiv by powers of two',
  BroadcastArgs: 'broadcast shapes in plain JavaScript',
  Complex: COMPLEX,
  ComplexAbs: COMPLEX,
  Conv3D: VOLUME,
  Conv3DBackpropFilterV2: VOLUME,
  Conv3DBackpropInputV2: VOLUME,
  CropAndResize: WINDOW,
  DenseBincount: 'tf.unsortedSegmentSum of ones (or of the weights) with a known number of bins',
  Dilation2D: 'tf.maxPool of the shifted image',
  Dilation2DBackpropFilter: 'tf.maxPool of the shifted image',
  Dilation2DBackpropInput: 'tf.maxPool of the shifted image',
  Draw: HOST,
  FFT: COMPLEX,
  FlipLeftRight: 'tf.reverse(image, 2)',
  FromPixels: 'pass the pixels as an input',
  IFFT: COMPLEX,
  Imag: COMPLEX,
  LRN: 'tf.square, tf.pad, tf.slice and tf.pow, or layerNorm',
  LRNGrad: BACKWARD,
  LowerBound: 'count the smaller entries: tf.sum(tf.less(sequence, tf.expandDims(values, -1)), -1)',
  MatrixBandPart: 'tf.linalg.bandPart, which is written with other operations',
  MaxPool3D: VOLUME,
  MaxPool3DGrad: BACKWARD,
  Multinomial: 'draw before the graph and pass the result as an input',
  NonMaxSuppressionV3: HOST,
  NonMaxSuppressionV4: HOST,
  NonMaxSuppressionV5: HOST,
  Pool: 'tf.avgPool or tf.maxPool',
  RaggedGather: RAGGED,
  RaggedRange: RAGGED,
  RaggedTensorToTensor: RAGGED,
  Real: COMPLEX,
  ResizeBilinearGrad: BACKWARD,
  ResizeNearestNeighborGrad: BACKWARD,
  RotateWithOffset: WINDOW,
  SearchSorted: 'count the smaller entries: tf.sum(tf.less(sequence, tf.expandDims(values, -1)), -1)',
  SparseFillEmptyRows: HOST,
  SparseReshape: HOST,
  SparseSegmentMean: 'tf.gather, then segmentMean with a known number of segments',
  SparseSegmentSum: 'tf.gather, then tf.unsortedSegmentSum with a known number of segments',
  StaticRegexReplace: HOST,
  StringNGrams: HOST,
  StringSplit: HOST,
  StringToHashBucketFast: HOST,
  Transform: WINDOW,
  Unique:
    'its number of values is unknown before it runs: find them before the graph and pass them as an input',
  UpperBound: 'count the entries up to it: tf.sum(tf.lessEqual(sequence, tf.expandDims(values, -1)), -1)',
};

const COMPOSE =
  'Compose it from operations that can be compiled (docs/runtime.md), or run it outside the graph with hostCall';

export function noLowering(kernel: string, origin: Origin): string {
  const alternative = KERNEL_ALTERNATIVES[kernel];
  return (
    `compile: the TensorFlow.js kernel ${originText(origin)} has no ONNX lowering. ` +
    (alternative ? `Instead: ${alternative}` : COMPOSE)
  );
}

export function noGradient(kernel: string, origin: Origin): string {
  return (
    `compile: TensorFlow.js knows no gradient of ${originText({ ...origin, kernel })}. ` +
    'Write it with operations that have one, or give it one with tf.customGrad'
  );
}
