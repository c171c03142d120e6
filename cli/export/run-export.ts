import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import { FileError } from '../../common/errors.js';
import { writeFileAtomically } from '../../common/write-file.js';
import {
  modelFromOnnx,
  openSurrogate,
  readEncodeApply,
  saveEncodeApply,
  saveModel,
} from '../../training/index.js';
import { modelFiles } from '../problem/open-model.js';

/** What `fieldsmith export --json` prints. */
export interface ExportResult {
  readonly files: readonly string[];
  readonly bytes: number;
  readonly operator: string;
  readonly parameters: number;
  readonly inputs: readonly { readonly name: string; readonly shape: readonly (number | string)[] }[];
  readonly outputs: readonly { readonly name: string; readonly shape: readonly (number | string)[] }[];
}

/**
 * Writes a model as a lone ONNX file, its card in the metadata, or into a folder: `model.onnx` and `card.json`, with
 * `encode.onnx` and `apply.onnx` where the model has them. The graph is opened and its stored probe compared first.
 *
 * @throws FileError for a run without a model, and a graph that does not answer its probe
 */
export async function runExport(run: string, out: string, signal?: AbortSignal): Promise<ExportResult> {
  if (existsSync(join(run, 'config.json')) && !existsSync(join(run, 'model/card.json'))) {
    throw new FileError(
      `export: the training in ${run} has not ended, there is no model yet; continue it with fieldsmith train … --resume`,
    );
  }
  const files = modelFiles(run);
  const surrogate = await openSurrogate(files);
  await surrogate.dispose();
  signal?.throwIfAborted();
  const { card, onnx } = files;
  const written: string[] = [];
  if (extname(out).toLowerCase() === '.onnx') {
    // a graph without the card in it is no model on its own
    modelFromOnnx(onnx, run);
    writeFileAtomically(out, onnx);
    written.push(out);
  } else {
    const folder = existsSync(join(run, 'model')) ? join(run, 'model') : run;
    if (existsSync(join(folder, 'apply.onnx'))) {
      saveEncodeApply(out, readEncodeApply(run));
      written.push(join(out, 'encode.onnx'), join(out, 'apply.onnx'));
    }
    saveModel(out, files);
    written.push(join(out, 'model.onnx'), join(out, 'card.json'));
  }
  const shapes = (tensors: typeof card.inputs) => tensors.map(({ name, shape }) => ({ name, shape }));
  return {
    files: written,
    bytes: onnx.length,
    operator: card.operator.name,
    parameters: card.training.parameters,
    inputs: shapes(card.inputs),
    outputs: shapes(card.outputs),
  };
}
