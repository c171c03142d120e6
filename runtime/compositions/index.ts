export { gelu } from './gelu.js';
export { GROUP_NORM_DEFAULTS, groupNorm } from './group-norm.js';
export { layerNorm } from './layer-norm.js';
export { linear } from './linear.js';
export { softmaxCrossEntropy } from './softmax-cross-entropy.js';
