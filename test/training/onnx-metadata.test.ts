import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileError } from '../../common/errors.js';
import { writeOnnx } from '../../runtime/onnx/write.js';
import { readOnnxMetadata } from '../../training/onnx-metadata.js';

const model = (metadata: Record<string, string>) =>
  writeOnnx({
    nodes: [{ op: 'Add', inputs: ['x', 'w'], outputs: ['y'], attributes: {} }],
    inputs: [{ name: 'x', type: 'float32', dims: [2] }],
    outputs: [{ name: 'y', type: 'float32', dims: [2] }],
    initializers: [{ name: 'w', shape: [2], type: 'float32', data: new Float32Array([1, 2]) }],
    metadata,
  });

describe('readOnnxMetadata', () => {
  it('reads back any metadata', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string({ maxLength: 300 })), (metadata) => {
        expect(readOnnxMetadata(model(metadata))).toEqual({ ...metadata });
      }),
      { numRuns: 50, seed: 3 },
    );
  });

  it('meets damaged files with a FileError or with what is left of them', () => {
    const bytes = model({ card: '{}' });
    expect(() => readOnnxMetadata(bytes.subarray(0, bytes.length - 1))).toThrow(FileError);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(bytes.length), (at, value, length) => {
        const changed = bytes.slice(0, Math.max(length, 1));
        if (at < changed.length) changed[at] = value;
        try {
          readOnnxMetadata(changed);
        } catch (error) {
          expect(error).toBeInstanceOf(FileError);
        }
      }),
      { numRuns: 500, seed: 4 },
    );
  });
});
