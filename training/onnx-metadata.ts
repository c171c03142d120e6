import { FileError } from '../common/errors.js';

/** Field of ModelProto that holds the metadata, and of an entry its key and value. Source: onnx.proto. */
const METADATA = 14;
const KEY = 1;
const VALUE = 2;

/**
 * The `metadata_props` of an ONNX file; everything else in it is skipped. Browser-safe.
 *
 * @throws FileError when the bytes are no protocol buffer message
 */
export function readOnnxMetadata(bytes: Uint8Array): Record<string, string> {
  const entries: [string, string][] = [];
  for (const { field, content } of fields(bytes)) {
    if (field !== METADATA || !content) continue;
    let key = '';
    let value = '';
    for (const entry of fields(content)) {
      if (entry.field === KEY && entry.content) key = text(entry.content);
      if (entry.field === VALUE && entry.content) value = text(entry.content);
    }
    entries.push([key, value]);
  }
  return Object.fromEntries(entries);
}

/** Fields of a message; `content` is absent for plain numbers. */
function* fields(bytes: Uint8Array): Generator<{ field: number; content?: Uint8Array }> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; scale < 2 ** 70; scale *= 128) {
      if (at >= bytes.length) throw damaged();
      const byte = bytes[at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw damaged();
  };
  while (at < bytes.length) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    const wireType = tag % 8;
    if (field === 0) throw damaged();
    if (wireType === 0) {
      varint();
      yield { field };
      continue;
    }
    const length = wireType === 2 ? varint() : wireType === 5 ? 4 : wireType === 1 ? 8 : Number.NaN;
    if (!(at + length <= bytes.length)) throw damaged();
    yield { field, content: bytes.subarray(at, at + length) };
    at += length;
  }
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

const damaged = () => new FileError('readOnnxMetadata: truncated, or no ONNX file');
