import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidInputError } from '../common/errors.js';
import { packageFile } from '../common/package-file.js';
import { readModel } from './model-files.js';
import type { ModelFiles } from './model-from-onnx.js';

const FOLDER = 'pretrained';

/** Names of the models that come with the package. */
export function pretrainedNames(): string[] {
  const folder = packageFile(FOLDER);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'card.json')))
    .sort();
}

/**
 * A trained model that comes with the package, for `openSurrogate`. Its card says what it was trained on and what it was
 * measured to be worth there.
 *
 * @throws InvalidInputError for a name that is none, with those that are
 */
export function loadPretrained(name: string): ModelFiles {
  const names = pretrainedNames();
  if (!names.includes(name)) {
    throw new InvalidInputError(
      `loadPretrained: no model '${name}'; there are ${names.join(', ') || 'none'}`,
    );
  }
  return readModel(packageFile(join(FOLDER, name)));
}
