import { existsSync } from 'node:fs';
import { loadPretrained, type ModelFiles, readModel } from '../../training/index.js';

/** A model by its run or model folder or lone .onnx file, or by the name of one that comes with the package. */
export function modelFiles(pathOrName: string, path = pathOrName): ModelFiles {
  return existsSync(path) ? readModel(path) : loadPretrained(pathOrName);
}
