export { readMeshFile, readStlFile, writeMeshFile, writeStlFile } from './mesh-files-node.js';
export { openSeries, type Series, type SeriesStep, writeSeries } from './series-node.js';
export { NODE_ZLIB } from './zlib-node.js';
