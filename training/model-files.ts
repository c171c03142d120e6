import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FileError } from '../common/errors.js';
import { writeFileAtomically } from '../common/write-file.js';
import { parseModelCard } from './model-card.js';
import { type ModelFiles, modelFromOnnx } from './model-from-onnx.js';

/** Writes `card.json` and `model.onnx` into a folder, each whole or not at all; the card last, as the sign of a whole model. */
export function saveModel(folder: string, { card, onnx }: ModelFiles): void {
  writeFileAtomically(join(folder, 'model.onnx'), onnx);
  writeFileAtomically(join(folder, 'card.json'), JSON.stringify(card, null, 2) + '\n');
}

/**
 * Reads a model folder, a run folder with a `model/`, or a lone `.onnx` file.
 *
 * @throws FileError when it is none of them, or a file in it cannot be read
 */
export function readModel(path: string): ModelFiles {
  if (existsSync(path) && statSync(path).isFile()) return modelFromOnnx(read(path), path);
  const folder = existsSync(join(path, 'model')) ? join(path, 'model') : path;
  const cardPath = join(folder, 'card.json');
  if (!existsSync(cardPath)) {
    throw new FileError(`readModel: ${path} is no model: it has no card.json and is no .onnx file`);
  }
  const card = parseModelCard(new TextDecoder().decode(read(cardPath)), cardPath);
  return { card, onnx: read(join(folder, 'model.onnx')) };
}

function read(path: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (cause) {
    throw new FileError(`readModel: cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
}
