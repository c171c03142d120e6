import { tf } from '../../../runtime/index.js';
import { type Entries, type Entry, INTEGER } from './entry.js';

const picture = { shape: ['b', 6, 5, 2] } as const;
const four = (x: tf.Tensor) => x as tf.Tensor4D;

const pooling: Entries = {
  'average pool': { ...picture, fn: (x) => tf.avgPool(four(x), 2, 2, 'valid') },
  'average pool, overlapping': { ...picture, fn: (x) => tf.avgPool(four(x), [3, 2], 1, 'valid') },
  'average pool, padded': { ...picture, fn: (x) => tf.avgPool(four(x), 3, 2, 'same') },
  'max pool': { ...picture, fn: (x) => tf.maxPool(four(x), 2, 2, 'valid') },
  'max pool, padded and overlapping': { ...picture, fn: (x) => tf.maxPool(four(x), 3, 2, 'same') },
  'max pool of equal values': {
    ...picture,
    fn: (x) => tf.maxPool(four(tf.relu(x)), 3, 1, 'same'),
    noDifferences: 'windows hold several equal maxima',
  },
  'max pool of one row': { ...picture, fn: (x) => tf.maxPool(four(x), [1, 5], 1, 'valid') },
  'max pool of an image of any size': {
    shape: ['b', 'n', 'm', 2],
    fn: (x) => tf.maxPool(four(x), 3, 1, 'same'),
  },
  'gradient of max pool': {
    ...picture,
    fn: (x) => tf.grad((t: tf.Tensor) => tf.sum(tf.square(tf.maxPool(four(t), 2, 2, 'valid'))))(x),
  },
  'max pool with positions': {
    ...picture,
    fn: (x) => tf.maxPoolWithArgmax(four(x), 2, 2, 'same').result,
  },
  'positions of the maxima': {
    ...picture,
    fn: (x) => tf.maxPoolWithArgmax(four(x), 2, 2, 'same', false).indexes,
    limit: INTEGER,
  },
  'positions of the maxima in the batch': {
    ...picture,
    fn: (x) => tf.maxPoolWithArgmax(four(x), 2, 1, 'valid', true).indexes,
    limit: INTEGER,
  },
};

const CONVENTIONS = { plain: [false, false], 'aligned corners': [true, false], 'half pixels': [false, true] };
const SIZES: Readonly<Record<string, [number, number]>> = { up: [11, 8], down: [4, 3] };
const resizing: Record<string, Entry> = {};
for (const [convention, [align, half]] of Object.entries(CONVENTIONS)) {
  for (const [direction, size] of Object.entries(SIZES)) {
    resizing[`bilinear, ${direction}, ${convention}`] = {
      ...picture,
      fn: (x) => tf.image.resizeBilinear(four(x), size, align, half),
    };
    resizing[`nearest, ${direction}, ${convention}`] = {
      ...picture,
      fn: (x) => tf.image.resizeNearestNeighbor(four(x), size, align, half),
    };
  }
}

export const images: Entries = { ...pooling, ...resizing };
