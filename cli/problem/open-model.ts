import { existsSync } from 'node:fs';
import { FileError } from '../../common/errors.js';
import { loadPretrained, type ModelFiles, pretrainedNames, readModel } from '../../training/index.js';

/**
 * A model by its run or model folder or lone .onnx file, or by the name of one that comes with the package.
 *
 * @throws FileError where there is neither, and for what is no model
 */
export function modelFiles(pathOrName: string, path = pathOrName): ModelFiles {
  if (existsSync(path)) return readModel(path);
  const names = pretrainedNames();
  if (names.includes(pathOrName)) return loadPretrained(pathOrName);
  throw new FileError(
    `there is no run, model folder or .onnx file ${path}, and no model '${pathOrName}' in the package, which has ${names.join(', ') || 'none'}`,
  );
}
