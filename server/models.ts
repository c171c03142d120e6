import { existsSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { InvalidInputError } from '../common/errors.js';
import {
  loadPretrained,
  type ModelCard,
  openSurrogate,
  pretrainedNames,
  readModel,
  type Surrogate,
} from '../training/index.js';
import { type EncodedMeshes, encodedMeshes } from './encoded-meshes.js';

/** A model that the service answers with, read once, its graph in memory that the workers share. */
export interface ServedModel {
  readonly name: string;
  readonly card: ModelCard;
  readonly onnx: Uint8Array;
}

/**
 * Reads models: folders, `.onnx` files, or names of models that come with the package. A model is named as its folder, one
 * in a run's `model/` as the run.
 *
 * @throws FileError for what is no model, InvalidInputError for two of one name
 */
export function readModels(paths: readonly string[]): ServedModel[] {
  const models = paths.map((path): ServedModel => {
    const pretrained = !existsSync(path) && pretrainedNames().includes(path);
    const { card, onnx } = pretrained ? loadPretrained(path) : readModel(path);
    const memory = new Uint8Array(new SharedArrayBuffer(onnx.length));
    memory.set(onnx);
    return { name: pretrained ? path : modelName(path), card, onnx: memory };
  });
  const names = models.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new InvalidInputError(`serve: two models are named '${twice}'; rename one of the folders`);
  }
  return models;
}

function modelName(path: string): string {
  const full = resolve(path);
  if (statSync(full).isFile()) return basename(full).replace(/\.onnx$/, '');
  return basename(full) === 'model' ? basename(dirname(full)) : basename(full);
}

/** Opens each model when it is first asked for. */
export interface Surrogates {
  /** @throws InvalidInputError for a name that is none, with those that are */
  open(name: string): Promise<Surrogate>;
  readonly encoded: EncodedMeshes;
}

export function surrogatesOf(models: readonly ServedModel[]): Surrogates {
  const opened = new Map<string, Promise<Surrogate>>();
  return {
    encoded: encodedMeshes(),
    open(name) {
      const model = models.find((each) => each.name === name);
      if (!model) {
        const names = models.map((each) => each.name).join(', ');
        throw new InvalidInputError(`models: no model is named '${name}'; there are ${names || 'none'}`);
      }
      const found = opened.get(name);
      if (found) return found;
      // workers are the parallelism: one thread each; ONNX Runtime takes no shared memory
      const files = { card: model.card, onnx: model.onnx.slice() };
      const surrogate = openSurrogate(files, { device: 'cpu', threads: 1 }).catch((cause) => {
        opened.delete(name);
        // not the client's fault, nor its business
        throw new Error(`models: ${name} cannot be opened`, { cause });
      });
      opened.set(name, surrogate);
      return surrogate;
    },
  };
}
