import { FileError } from '../../common/errors.js';
import type { ElementType } from '../graph.js';
import { ELEMENT_TYPE_CODES } from '../lowering.js';
import { checkTensors } from './check-tensors.js';
import { eachField, messages, NO_MODEL, number, shown, text } from './fields.js';

/** What the border of a model says about it. Sizes given as texts follow named dimensions. */
export interface ModelTensorInfo {
  readonly name: string;
  readonly type: ElementType | `type ${number}`;
  readonly shape: readonly (number | string)[];
}

export interface ModelSummary {
  readonly inputs: readonly ModelTensorInfo[];
  readonly outputs: readonly ModelTensorInfo[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** More than any model has at its border; a file with more is not one. */
const MAXIMUM_BORDER = 100_000;

/**
 * Names, shapes and metadata of an ONNX file, without its weights. Reads untrusted bytes: lengths are checked against the
 * bytes there are, nothing is allocated by a length that the file states, and every tensor has to hold the values of its
 * shape itself: a path to another file is refused wherever it stands.
 *
 * @throws FileError when the bytes are no complete ONNX model, or one that refers to other files.
 */
export function readOnnx(bytes: Uint8Array): ModelSummary {
  const graphs = messages(bytes, 7);
  if (graphs.length !== 1 || number(bytes, 1) === 0) {
    throw new FileError(`${NO_MODEL}: it has ${graphs.length} graphs`);
  }
  checkTensors(bytes);
  const metadata: Record<string, string> = Object.create(null);
  for (const entry of border(bytes, 14)) metadata[text(entry, 1)] = text(entry, 2);
  return {
    inputs: named('input', border(graphs[0], 11).map(tensorInfo)),
    outputs: named('output', border(graphs[0], 12).map(tensorInfo)),
    metadata: { ...metadata },
  };
}

function border(bytes: Uint8Array, field: number): Uint8Array[] {
  let count = 0;
  eachField(bytes, (each) => {
    if (each === field && ++count > MAXIMUM_BORDER)
      throw new FileError(`${NO_MODEL}: more than ${MAXIMUM_BORDER} inputs, outputs or texts`);
  });
  return messages(bytes, field);
}

function named(kind: string, tensors: ModelTensorInfo[]): ModelTensorInfo[] {
  const names = new Set<string>();
  for (const { name } of tensors) {
    if (name === '' || names.has(name)) {
      throw new FileError(
        `${NO_MODEL}: ${name === '' ? `an ${kind} without a name` : `two ${kind}s ${shown(name)}`}`,
      );
    }
    names.add(name);
  }
  return tensors;
}

const part = (bytes: Uint8Array, field: number): Uint8Array => messages(bytes, field)[0] ?? new Uint8Array();

function tensorInfo(info: Uint8Array): ModelTensorInfo {
  const type = part(part(info, 2), 1);
  const code = number(type, 1);
  const known = Object.entries(ELEMENT_TYPE_CODES).find(([, value]) => value === code)?.[0] as
    | ElementType
    | undefined;
  const shape = messages(part(type, 2), 1).map((dimension) => text(dimension, 2) || number(dimension, 1));
  return { name: text(info, 1), type: known ?? `type ${code}`, shape };
}
