export { gelu } from './gelu.js';
export { LAYER_NORM_DEFAULTS, layerNorm } from './layer-norm.js';
export { linear } from './linear.js';
export { softmaxCrossEntropy } from './softmax-cross-entropy.js';
