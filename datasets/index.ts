export { createRandom, type Random } from '../common/random.js';
export {
  allDirichlet,
  allNeumann,
  type BoundarySampler,
  type BoundaryType,
  type BoundaryTypes,
  RANDOM_BOUNDARY_TYPES_DEFAULTS,
  randomBoundaryTypes,
} from './boundary-types.js';
export {
  FOURIER_SOURCE_DEFAULTS,
  type FourierSource,
  type FourierSourceOptions,
  fourierSource,
  fourierSourceDimensions,
  sampleFourierSource,
} from './fourier-source.js';
export {
  CORNER_REMOVED_MESHES_DEFAULTS,
  type CornerRemovedMeshesOptions,
  cornerRemovedMeshes,
  type GenerateMeshesOptions,
  generateMeshes,
  type MeshRequest,
} from './mesh-pool.js';
export {
  drawSample,
  drawSampleOnMesh,
  type MeanRemoval,
  POISSON_TASK_DEFAULTS,
  type PoissonSample,
  type PoissonTask,
  type PoissonTaskOptions,
  poissonTask,
} from './poisson-task.js';
