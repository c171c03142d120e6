import { FileError } from '../../common/errors.js';
import type { ElementType } from '../graph.js';
import { ELEMENT_TYPE_CODES } from '../lowering.js';

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

interface Field {
  readonly number: number;
  /** Number of a varint field, bytes of a length-delimited one. */
  readonly value: number | Uint8Array;
}

/** A model of this project has some thousand nodes; a file with more fields than this is not one. */
const MAXIMUM_FIELDS = 1_000_000;
const NO_MODEL = 'readOnnx: not an ONNX model, or a truncated one';

/**
 * Names, shapes and metadata of an ONNX file, without its weights. Reads untrusted bytes: lengths are checked against
 * the bytes there are, nothing is allocated by a length that the file states, and external data is refused.
 *
 * @throws FileError when the bytes are no complete ONNX model, or one that refers to other files.
 */
export function readOnnx(bytes: Uint8Array): ModelSummary {
  const model = fields(bytes);
  const graphs = messages(model, 7);
  if (graphs.length !== 1 || !model.some(({ number, value }) => number === 1 && typeof value === 'number')) {
    throw new FileError(`${NO_MODEL}: it has ${graphs.length} graphs`);
  }
  const graph = fields(graphs[0]);
  for (const initializer of messages(graph, 5)) refuseExternalData(fields(initializer));
  const metadata: Record<string, string> = Object.create(null);
  for (const entry of messages(model, 14)) {
    const pair = fields(entry);
    metadata[text(pair, 1)] = text(pair, 2);
  }
  return {
    inputs: messages(graph, 11).map(tensorInfo),
    outputs: messages(graph, 12).map(tensorInfo),
    metadata: { ...metadata },
  };
}

function fields(bytes: Uint8Array): Field[] {
  const list: Field[] = [];
  let offset = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 10; shift++) {
      if (offset >= bytes.length) throw new FileError(`${NO_MODEL}: it ends within a number`);
      const byte = bytes[offset++];
      value += (byte & 127) * 128 ** shift;
      if (byte < 128) return value;
    }
    throw new FileError(`${NO_MODEL}: a number has more than ten bytes`);
  };
  const skip = (length: number): Uint8Array => {
    if (length > bytes.length - offset)
      throw new FileError(`${NO_MODEL}: a field of ${length} bytes where ${bytes.length - offset} are left`);
    offset += length;
    return bytes.subarray(offset - length, offset);
  };
  while (offset < bytes.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    const wireType = key % 8;
    if (number === 0 || list.length >= MAXIMUM_FIELDS) throw new FileError(NO_MODEL);
    if (wireType === 0) list.push({ number, value: varint() });
    else if (wireType === 2) list.push({ number, value: skip(varint()) });
    else if (wireType === 1 || wireType === 5) list.push({ number, value: skip(wireType === 1 ? 8 : 4) });
    else throw new FileError(`${NO_MODEL}: unknown wire type ${wireType}`);
  }
  return list;
}

const messages = (list: readonly Field[], number: number): Uint8Array[] =>
  list
    .filter((field) => field.number === number && field.value instanceof Uint8Array)
    .map(({ value }) => value as Uint8Array);

function text(list: readonly Field[], number: number): string {
  const [bytes] = messages(list, number);
  return bytes ? new TextDecoder().decode(bytes) : '';
}

const integer = (list: readonly Field[], number: number): number =>
  Number(list.find((field) => field.number === number && typeof field.value === 'number')?.value ?? 0);

/** data_location (field 14) 1 means that the values lie in another file, at a path that the model chooses. */
function refuseExternalData(tensor: readonly Field[]): void {
  if (integer(tensor, 14) === 1 || messages(tensor, 13).length > 0) {
    throw new FileError(
      `readOnnx: the values of ${text(tensor, 8)} lie in another file; only self-contained models are read`,
    );
  }
}

function tensorInfo(bytes: Uint8Array): ModelTensorInfo {
  const info = fields(bytes);
  const type = fields(messages(fields(messages(info, 2)[0] ?? new Uint8Array()), 1)[0] ?? new Uint8Array());
  const code = integer(type, 1);
  const known = Object.entries(ELEMENT_TYPE_CODES).find(([, value]) => value === code)?.[0] as
    | ElementType
    | undefined;
  const shape = messages(fields(messages(type, 2)[0] ?? new Uint8Array()), 1).map((dimension) => {
    const entry = fields(dimension);
    return text(entry, 2) || integer(entry, 1);
  });
  return { name: text(info, 1), type: known ?? `type ${code}`, shape };
}
