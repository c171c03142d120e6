import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FileError } from '../common/errors.js';
import { writeFileAtomically } from '../common/write-file.js';
import type { EncodeApplyFiles } from './encode-apply.js';
import { parseModelCard } from './model-card.js';
import { type ModelFiles, modelFromOnnx } from './model-from-onnx.js';

/** Writes `card.json` and `model.onnx` into a folder, each whole or not at all; the card last, as the sign of a whole model. */
export function saveModel(folder: string, { card, onnx }: ModelFiles): void {
  writeFileAtomically(join(folder, 'model.onnx'), onnx);
  writeFileAtomically(join(folder, 'card.json'), JSON.stringify(card, null, 2) + '\n');
}

/** Writes `encode.onnx` and `apply.onnx` beside a model's card. */
export function saveEncodeApply(folder: string, { encode, apply }: EncodeApplyFiles): void {
  writeFileAtomically(join(folder, 'encode.onnx'), encode);
  writeFileAtomically(join(folder, 'apply.onnx'), apply);
}

/**
 * Reads the two graphs of a model folder, or of a run folder with a `model/`.
 *
 * @throws FileError when it has none
 */
export function readEncodeApply(path: string): EncodeApplyFiles {
  const folder = existsSync(join(path, 'model')) ? join(path, 'model') : path;
  const cardPath = join(folder, 'card.json');
  if (!existsSync(cardPath) || !existsSync(join(folder, 'apply.onnx'))) {
    throw new FileError(
      `readEncodeApply: ${path} has no card.json with encode.onnx and apply.onnx; readModel opens models of one graph`,
    );
  }
  const card = parseModelCard(new TextDecoder().decode(read(cardPath)), cardPath);
  return { card, encode: read(join(folder, 'encode.onnx')), apply: read(join(folder, 'apply.onnx')) };
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
