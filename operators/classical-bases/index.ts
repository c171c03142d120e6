export { type AggregationBasisOptions, aggregationBasis } from './aggregation-basis.js';
export { cosineBasis } from './cosine-basis.js';
export {
  type ClassicalBasis,
  type ProperOrthogonalDecomposition,
  properOrthogonalDecomposition,
} from './proper-orthogonal-decomposition.js';
