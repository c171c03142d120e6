export type { Hdf5Source } from './library.js';
export type { NpsolverSample } from './npsolver-layout.js';
export type { NpsolverMeshOptions } from './npsolver-mesh.js';
export {
  type PdebenchContent,
  type PdebenchFile,
  READ_PDEBENCH_DEFAULTS,
  type ReadPdebenchOptions,
  readPdebenchFile,
  writePdebenchFile,
} from './pdebench.js';
export { type ReadNpsolverOptions, readNpsolverFile } from './read-npsolver.js';
export { WRITE_NPSOLVER_DEFAULTS, type WriteNpsolverOptions, writeNpsolverFile } from './write-npsolver.js';
