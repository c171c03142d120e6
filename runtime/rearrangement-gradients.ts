import * as tf from '@tensorflow/tfjs-core';
import { config } from './gradient-config.js';

type Pair = readonly [number, number];

const padAxis = (x: tf.Tensor, axis: number, pair: Pair): tf.Tensor =>
  tf.pad(
    x,
    x.shape.map((_, i) => (i === axis ? [...pair] : [0, 0]) as [number, number]),
  );

const sliceAxis = (x: tf.Tensor, axis: number, start: number, size: number): tf.Tensor =>
  tf.slice(x, x.shape.map(() => 0).with(axis, start), x.shape.with(axis, size));

/** The mirrored borders are folded back onto the entries that they repeat; TensorFlow.js leaves them out. */
const mirrorPad = config(tf.MirrorPad, ['x'], (dy, [x], attributes) => {
  const { paddings, mode } = attributes as unknown as tf.MirrorPadAttrs;
  const first = mode === 'reflect' ? 1 : 0;
  const folded = (cotangent: tf.Tensor, [before, after]: Pair, axis: number): tf.Tensor => {
    const size = x.shape[axis];
    const parts = [sliceAxis(cotangent, axis, before, size)];
    const border = (start: number, length: number, place: number) =>
      padAxis(tf.reverse(sliceAxis(cotangent, axis, start, length), axis), axis, [
        place,
        size - place - length,
      ]);
    if (before > 0) parts.push(border(0, before, first));
    if (after > 0) parts.push(border(before + size, after, size - first - after));
    return parts.length === 1 ? parts[0] : tf.addN(parts);
  };
  return { x: () => paddings.reduce(folded, dy) };
});

/** The cotangents go back to the places they were taken from, with zeros between them. */
const stridedSlice = config(tf.StridedSlice, ['x'], (dy, [x], attributes) => {
  const a = attributes as unknown as tf.StridedSliceAttrs;
  const { begin, end, strides } = tf.slice_util.sliceInfo(
    x.shape,
    a.begin,
    a.end,
    a.strides,
    a.beginMask,
    a.endMask,
    a.ellipsisMask,
    a.newAxisMask,
    a.shrinkAxisMask,
  );
  const spread = (cotangent: tf.Tensor, stride: number, axis: number): tf.Tensor => {
    const [size, count] = [x.shape[axis], cotangent.shape[axis]];
    const forward = stride < 0 ? tf.reverse(cotangent, axis) : cotangent;
    const start = stride < 0 ? begin[axis] + (count - 1) * stride : begin[axis];
    const step = Math.abs(stride);
    if (step === 1) return padAxis(forward, axis, [start, size - start - count]);
    const spaced = tf.reshape(
      padAxis(tf.expandDims(forward, axis + 1), axis + 1, [0, step - 1]),
      forward.shape.with(axis, count * step),
    );
    const length = (count - 1) * step + 1;
    return padAxis(sliceAxis(spaced, axis, 0, length), axis, [start, size - start - length]);
  };
  const counts = strides.map((stride, axis) => Math.ceil((end[axis] - begin[axis]) / stride));
  return { x: () => strides.reduce(spread, tf.reshape(dy, counts)) };
});

const tensorScatterUpdate = config(tf.TensorScatterUpdate, ['indices'], (dy, [indices]) => {
  const places = indices as tf.Tensor<tf.Rank>;
  return {
    // a copy: TensorFlow.js's cpu kernel writes into its operand
    tensor: () => tf.tensorScatterUpdate(tf.mul(dy, 1), places, tf.zerosLike(tf.gatherND(dy, places))),
    updates: () => tf.gatherND(dy, places),
    indices: () => tf.zerosLike(tf.cast(places, 'float32')),
  };
});

/** C = einsum('a,b->c', A, B): Ā = einsum('b,c->a', B, C̄), repeated along axes that only A has. */
const einsum: tf.GradConfig = {
  kernelName: tf.Einsum,
  saveAllInputs: true,
  gradFunc: (dy, operands, attributes) => {
    const [left, output] = (attributes as unknown as tf.EinsumAttrs).equation.replaceAll(' ', '').split('->');
    const terms = left.split(',');
    const cotangentOf = (term: string, index: number): tf.Tensor => {
      const others = terms.toSpliced(index, 1);
      const known = new Set([...output, ...others.join('')]);
      const kept = [...term].filter((letter) => known.has(letter)).join('');
      const equation = `${[...others, output].join(',')}->${kept}`;
      const result =
        others.length === 0 && kept === output
          ? (dy as tf.Tensor)
          : tf.einsum(equation, ...operands.toSpliced(index, 1), dy as tf.Tensor);
      const { shape } = operands[index];
      if (kept === term) return result;
      const aligned = tf.reshape(
        result,
        [...term].map((letter, axis) => (known.has(letter) ? shape[axis] : 1)),
      );
      return tf.broadcastTo(aligned, shape as tf.ShapeMap[tf.Rank]);
    };
    return Object.fromEntries(terms.map((term, index) => [index, () => cotangentOf(term, index)]));
  },
};

/** Gradients that TensorFlow.js lacks, or has without what mirrored borders repeat. */
export const rearrangementGradients: readonly tf.GradConfig[] = [
  mirrorPad,
  stridedSlice,
  tensorScatterUpdate,
  einsum,
];
