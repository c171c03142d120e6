/**
 * The one place that imports TensorFlow.js. Its Node build leaves gradients out, its ES module build has them in a
 * module of their own; bundler and test runner take the ES module build, and this module registers the gradients.
 */
import * as tf from '@tensorflow/tfjs-core';
import { registerGradient } from '@tensorflow/tfjs-core/dist/kernel_registry.js';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import { gradients } from './gradients.js';
import { orderTape } from './tape-order.js';
import { webPlatform } from './tf-platform.js';

// browsers and unbundled Node have one by now, the built package in Node has not
if (!tf.env().platform) tf.env().setPlatform('web', webPlatform);

// silences the advice to install the native bindings, which are no faster than the graphs this folder compiles
tf.env().set('PROD', true);
/** Puts this folder's gradients in the place of TensorFlow.js's own; again after a backend package has brought its copy. */
export function registerGradients(): void {
  for (const gradient of gradients) registerGradient(gradient);
}

registerGradients();
orderTape(tf.engine());

export { tf };
