import { tf } from '../../../runtime/index.js';
import { type Entries, type Entry, float } from './entry.js';

type Pad = 'same' | 'valid' | number;
const conv2d = (x: tf.Tensor, w: tf.Tensor, strides: number | [number, number], pad: Pad, dilations = 1) =>
  tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad, 'NHWC', dilations);
const depthwise = (x: tf.Tensor, w: tf.Tensor, strides: number, pad: Pad, dilations = 1) =>
  tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad, 'NHWC', dilations);
const conv1d = (x: tf.Tensor, w: tf.Tensor, strides: number, pad: Pad, dilations = 1) =>
  tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, strides, pad, 'NWC', dilations);

const image = { shape: ['b', 6, 5, 3], others: { w: float(3, 3, 3, 2) } } as const;
const sequence = { shape: ['b', 9, 3], others: { w: float(3, 3, 2) } } as const;

const filterGradient =
  (fn: (x: tf.Tensor, w: tf.Tensor) => tf.Tensor): Entry['fn'] =>
  (x, { w }) =>
    tf.grad((f: tf.Tensor) => tf.sum(tf.square(fn(x, f))))(w);

export const convolutions: Entries = {
  'conv2d, same': { ...image, fn: (x, { w }) => conv2d(x, w, 1, 'same') },
  'conv2d, valid': { ...image, fn: (x, { w }) => conv2d(x, w, 1, 'valid') },
  'conv2d, strided, same': { ...image, fn: (x, { w }) => conv2d(x, w, 2, 'same') },
  'conv2d, strided, valid': { ...image, fn: (x, { w }) => conv2d(x, w, 2, 'valid') },
  'conv2d, strided with a rest': { ...image, fn: (x, { w }) => conv2d(x, w, [3, 2], 'valid') },
  'conv2d, padded by 1': { ...image, fn: (x, { w }) => conv2d(x, w, 2, 1) },
  'conv2d, dilated': {
    ...image,
    fn: (x, { w }) => conv2d(x, w, 1, 'same', 2),
  },
  'conv2d, dilated along one axis': {
    ...image,
    others: { w: float(2, 3, 3, 2) },
    fn: (x, { w }) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'valid', 'NHWC', [3, 1]),
  },
  'gradient of a dilated filter': { ...image, fn: filterGradient((x, w) => conv2d(x, w, 1, 'same', 2)) },
  'conv2d, 1 × 1': { ...image, others: { w: float(1, 1, 3, 4) }, fn: (x, { w }) => conv2d(x, w, 1, 'same') },
  'conv2d, even filter': {
    ...image,
    others: { w: float(2, 4, 3, 2) },
    fn: (x, { w }) => conv2d(x, w, 1, 'same'),
  },
  'gradient of a filter': { ...image, fn: filterGradient((x, w) => conv2d(x, w, 2, 'same')) },
  conv1d: { ...sequence, fn: (x, { w }) => conv1d(x, w, 1, 'same') },
  'conv1d, strided': { ...sequence, fn: (x, { w }) => conv1d(x, w, 2, 'valid') },
  'transposed conv2d': {
    shape: ['b', 3, 4, 3],
    others: { w: float(2, 2, 4, 3) },
    fn: (x, { w }) =>
      tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, [x.shape[0], 6, 8, 4], 2, 'same'),
  },
  depthwise: { ...image, fn: (x, { w }) => depthwise(x, w, 1, 'same') },
  'depthwise, strided and padded': { ...image, fn: (x, { w }) => depthwise(x, w, 2, 1) },
  'depthwise, strided, valid': { ...image, fn: (x, { w }) => depthwise(x, w, 2, 'valid') },
  'depthwise, one for each channel': {
    ...image,
    others: { w: float(3, 2, 3, 1) },
    fn: (x, { w }) => depthwise(x, w, 1, 'same'),
  },
  'depthwise, dilated': {
    ...image,
    fn: (x, { w }) => depthwise(x, w, 1, 'same', 2),
  },
  'gradient of a depthwise filter': { ...image, fn: filterGradient((x, w) => depthwise(x, w, 2, 'same')) },
  'gradient of a depthwise image': {
    ...image,
    fn: (x, { w }) => tf.grad((t: tf.Tensor) => tf.sum(tf.square(depthwise(t, w, 1, 'valid'))))(x),
  },
  'separable conv2d': {
    shape: ['b', 5, 4, 2],
    others: { w: float(3, 3, 2, 2), p: float(1, 1, 4, 3) },
    fn: (x, { w, p }) => tf.separableConv2d(x as tf.Tensor4D, w as tf.Tensor4D, p as tf.Tensor4D, 1, 'same'),
  },
};
