import * as tf from '@tensorflow/tfjs-core';

/**
 * Gradient of `tile` (and so of `broadcastTo`): x̄ = Σ over the repetitions of ȳ.
 * TensorFlow.js adds one slice per repetition, at most rank 4: as many graph nodes as a broadcast has cells.
 */
export const tileGradient: tf.GradConfig = {
  kernelName: tf.Tile,
  inputsToSave: ['x'],
  gradFunc: (dy, saved, attributes) => {
    const [x] = saved;
    const { reps } = attributes as unknown as tf.TileAttrs;
    const gradient = () => {
      const cotangent = dy as tf.Tensor;
      const interleaved = x.shape.flatMap((size, axis) => (reps[axis] === 1 ? [size] : [reps[axis], size]));
      const repetitionAxes: number[] = [];
      let position = 0;
      for (const repetitions of reps) {
        if (repetitions !== 1) repetitionAxes.push(position);
        position += repetitions === 1 ? 1 : 2;
      }
      if (repetitionAxes.length === 0) return cotangent.clone();
      return tf.reshape(tf.sum(tf.reshape(cotangent, interleaved), repetitionAxes), x.shape);
    };
    return { x: gradient };
  },
};
