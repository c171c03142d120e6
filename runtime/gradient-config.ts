import type * as tf from '@tensorflow/tfjs-core';

/** Cotangents of a kernel's inputs by name, from that of its output and the inputs kept. */
export type Gradient = (
  dy: tf.Tensor,
  saved: tf.Tensor[],
  attributes: tf.NamedAttrMap,
) => Record<string, () => tf.Tensor>;

export const config = (kernelName: string, inputsToSave: string[], gradient: Gradient): tf.GradConfig => ({
  kernelName,
  inputsToSave,
  gradFunc: (dy, saved, attributes) => gradient(dy as tf.Tensor, saved, attributes),
});
