export { combineSeeds, createRandom, type Random } from '../common/random.js';
export {
  type BoundaryFluxes,
  type FluxSampler,
  type FluxSamplerOptions,
  UNIFORM_FLUXES_DEFAULTS,
  uniformFluxes,
} from './boundary-fluxes.js';
export {
  allDirichlet,
  allNeumann,
  type BoundaryType,
  type BoundaryTypeSampler,
  type BoundaryTypes,
  fixedBoundaryTypes,
  RANDOM_BOUNDARY_TYPES_DEFAULTS,
  randomBoundaryTypes,
  SOME_DIRICHLET_DEFAULTS,
  type SomeDirichletOptions,
  someDirichlet,
} from './boundary-types.js';
export {
  type BoundarySampler,
  type BoundaryValues,
  boundaryConditionsOf,
  PIECEWISE_TEMPERATURES_DEFAULTS,
  type PiecewiseTemperatures,
  type PiecewiseTemperaturesOptions,
  piecewiseTemperatures,
} from './boundary-values.js';
export * from './burgers/index.js';
export {
  type ConductivitySampler,
  INCLUSIONS_DEFAULTS,
  type Inclusions,
  type InclusionsOptions,
  inclusions,
  LOGNORMAL_CONDUCTIVITY_DEFAULTS,
  type LognormalConductivity,
  type LognormalConductivityOptions,
  lognormalConductivity,
  REGION_CONDUCTIVITY_DEFAULTS,
  type RegionConductivity,
  type RegionConductivityOptions,
  regionConductivity,
  type UniformConductivity,
  uniformConductivity,
} from './conductivity.js';
export {
  CYLINDER_WAKE_DEFAULTS,
  type CylinderWake,
  type CylinderWakeOptions,
  cylinderWake,
  recordWake,
  type WakeRecord,
  type WakeRequest,
} from './cylinder-wake.js';
export * from './diffusion-sorption/index.js';
export {
  FOURIER_SOURCE_DEFAULTS,
  type FourierSource,
  type FourierSourceOptions,
  fourierSource,
  fourierSourceDimensions,
  sampleFourierSource,
} from './fourier-source.js';
export {
  GAUSSIAN_RANDOM_FIELD_DEFAULTS,
  type GaussianRandomField,
  type GaussianRandomFieldOptions,
  gaussianRandomField,
} from './gaussian-random-field.js';
export {
  type Hdf5Source,
  type NpsolverMeshOptions,
  type NpsolverSample,
  type PdebenchContent,
  type PdebenchFile,
  READ_PDEBENCH_DEFAULTS,
  type ReadNpsolverOptions,
  type ReadPdebenchOptions,
  readNpsolverFile,
  readPdebenchFile,
  WRITE_NPSOLVER_DEFAULTS,
  type WriteNpsolverOptions,
  writeNpsolverFile,
  writePdebenchFile,
} from './hdf5/index.js';
export { HOT_SPOTS_DEFAULTS, type HotSpots, type HotSpotsOptions, hotSpots } from './hot-spots.js';
export { type GenerateMeshesOptions, generateMeshes } from './mesh-pool.js';
export {
  CORNER_REMOVED_MESHES_DEFAULTS,
  type CornerRemovedMeshesOptions,
  CUBE_WITH_HOLE_MESHES_DEFAULTS,
  type CubeMeshRequest,
  type CubeWithHoleMeshesOptions,
  cornerRemovedMeshes,
  cubeWithHoleMeshes,
  type MeshRequest,
  meshOf,
  PLATE_WITH_HOLES_MESHES_DEFAULTS,
  type PlateWithHolesMeshesOptions,
  type PolygonMeshRequest,
  plateWithHolesMeshes,
  type SurfaceMeshRequest,
} from './mesh-requests.js';
export {
  MESHES_FROM_FOLDER_DEFAULTS,
  type MeshesFromFolderOptions,
  type MeshOfFile,
  meshesFromFolder,
} from './meshes-from-folder.js';
export {
  NPSOLVER_TASK_DEFAULTS,
  NPSOLVER_TASKS,
  type NpsolverTask,
  type NpsolverTaskName,
  type NpsolverTaskOptions,
  npsolverTask,
  type TestCategory,
} from './npsolver-task.js';
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
export { type Source, sampleSource } from './source.js';
export {
  checkTrajectories,
  frameOf,
  frameSize,
  NonFiniteDataError,
  type Trajectories,
} from './trajectories.js';
export * from './vorticity/index.js';
