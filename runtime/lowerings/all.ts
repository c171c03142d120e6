import type { Lowerings } from '../lowering.js';
import { binaryLowerings } from './binary.js';
import { blocks } from './block.js';
import { convolutions } from './convolution.js';
import { cumulatives } from './cumulative.js';
import { depthwiseConvolutions } from './depthwise-convolution.js';
import { elementwise } from './elementwise.js';
import { fusedOperations } from './fused.js';
import { gathersAndScatters } from './gather-scatter.js';
import { matrixProducts } from './matmul.js';
import { miscellaneous } from './miscellaneous.js';
import { poolings } from './pooling.js';
import { reductions } from './reduction.js';
import { resizes } from './resize.js';
import { shapeLowerings } from './shape.js';

/** Every kernel that can be compiled, by its TensorFlow.js name. */
export const lowerings: Lowerings = {
  ...elementwise,
  ...binaryLowerings,
  ...reductions,
  ...matrixProducts,
  ...shapeLowerings,
  ...gathersAndScatters,
  ...convolutions,
  ...depthwiseConvolutions,
  ...poolings,
  ...resizes,
  ...cumulatives,
  ...blocks,
  ...fusedOperations,
  ...miscellaneous,
};
