import { FileError } from '../../common/errors.js';
import { eachField, messages, NO_MODEL, number, shown, text } from './fields.js';

/** Graphs within graphs (the branches of If, the body of Loop) that a model of any use has. */
const MAXIMUM_DEPTH = 16;

/**
 * Looks at every tensor of a model: initializers, values in attributes, those of graphs within graphs and of functions.
 *
 * @throws FileError for a tensor whose values lie in another file, at a path that the model would choose, or whose shape
 *   needs more values than it holds
 */
export function checkTensors(model: Uint8Array): void {
  eachField(model, (field, value) => {
    if (typeof value === 'number') return;
    if (field === 7) checkGraph(value, 1);
    // training information: two graphs; functions: nodes
    if (field === 20)
      for (const part of [1, 2]) for (const graph of messages(value, part)) checkGraph(graph, 1);
    if (field === 25) for (const node of messages(value, 7)) checkNode(node, 1);
  });
}

function checkGraph(graph: Uint8Array, depth: number): void {
  if (depth > MAXIMUM_DEPTH) throw new FileError(`${NO_MODEL}: graphs nested ${depth} deep`);
  eachField(graph, (field, value) => {
    if (typeof value === 'number') return;
    if (field === 1) checkNode(value, depth);
    if (field === 5) checkTensor(value);
    if (field === 15) checkSparse(value);
  });
}

function checkNode(node: Uint8Array, depth: number): void {
  eachField(node, (field, attribute) => {
    if (field !== 5 || typeof attribute === 'number') return;
    eachField(attribute, (kind, value) => {
      if (typeof value === 'number') return;
      if (kind === 5 || kind === 10) checkTensor(value);
      if (kind === 6 || kind === 11) checkGraph(value, depth + 1);
      if (kind === 22 || kind === 23) checkSparse(value);
    });
  });
}

/** Values and their places, two tensors. */
function checkSparse(sparse: Uint8Array): void {
  for (const part of [1, 2]) for (const tensor of messages(sparse, part)) checkTensor(tensor);
}

/** Bytes of one value, by TensorProto.DataType; of the rest it is not known here. */
const VALUE_BYTES: Readonly<Record<number, number>> = {
  1: 4,
  2: 1,
  3: 1,
  4: 2,
  5: 2,
  6: 4,
  7: 8,
  9: 1,
  10: 2,
  11: 8,
  12: 4,
  13: 8,
  14: 8,
  15: 16,
  16: 2,
};

function checkTensor(tensor: Uint8Array): void {
  let values = 1;
  let rawBytes = -1;
  let elsewhere = false;
  const dimension = (size: number) => {
    values *= size;
  };
  eachField(tensor, (field, value) => {
    if (field === 1) {
      if (typeof value === 'number') dimension(value);
      else eachVarint(value, dimension);
    }
    // data_location 1 means that the values lie in another file
    if (field === 13 || (field === 14 && value === 1)) elsewhere = true;
    if (field === 9 && typeof value !== 'number') rawBytes = value.length;
  });
  if (elsewhere) {
    throw new FileError(
      `readOnnx: the values of ${shown(text(tensor, 8))} lie in another file; only self-contained models are read`,
    );
  }
  const bytes = VALUE_BYTES[number(tensor, 2)];
  const wrong =
    rawBytes >= 0 && bytes !== undefined
      ? values * bytes !== rawBytes
      : // a value of a list takes a byte at least, eight of the smallest types share one
        values > 8 * tensor.length;
  if (!Number.isSafeInteger(values) || wrong) {
    throw new FileError(
      `readOnnx: tensor ${shown(text(tensor, 8))} states ${values} values and holds ${Math.max(rawBytes, 0)} bytes; ` +
        'the file is damaged',
    );
  }
}

/** A packed list is the numbers of its fields without their keys. */
export function eachVarint(bytes: Uint8Array, visit: (value: number) => void): void {
  let value = 0;
  let shift = 0;
  for (const byte of bytes) {
    value += (byte & 127) * 128 ** shift++;
    if (byte >= 128 && shift < 10) continue;
    visit(value);
    value = 0;
    shift = 0;
  }
  if (shift > 0) throw new FileError(`${NO_MODEL}: it ends within a number`);
}
