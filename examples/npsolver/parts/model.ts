import { existsSync } from 'node:fs';
import { loadPretrained, type ModelFiles, readModel } from 'fieldsmith/training';

/** The model of a run folder, or one that comes with the package. */
export const modelOf = (nameOrFolder: string): ModelFiles =>
  existsSync(nameOrFolder) ? readModel(nameOrFolder) : loadPretrained(nameOrFolder);

export const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
