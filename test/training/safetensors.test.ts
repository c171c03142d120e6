import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileError } from '../../common/errors.js';
import { createRandom } from '../../common/random.js';
import { readSafetensors, writeSafetensors } from '../../training/safetensors.js';
import { damaged, FUZZ_RUNS } from '../hostile-bytes.js';

function file(header: unknown, data: number[] = []): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

describe('safetensors', () => {
  it('round-trips every stored type, odd sizes and metadata', () => {
    const tensors = {
      bytes: { shape: [3], data: new Uint8Array([1, 2, 255]) },
      'layer.weight': { shape: [2, 3], data: new Float32Array([1, -2, Number.NaN, 4e-40, -0, 3]) },
      exact: { shape: [], data: new Float64Array([Math.PI]) },
      empty: { shape: [0, 4], data: new Float32Array(0) },
      counts: { shape: [2], data: new Int32Array([-1, 2 ** 31 - 1]) },
    };
    const read = readSafetensors(writeSafetensors({ tensors, metadata: { step: '12', text: 'κ "quoted"' } }));
    expect(read.metadata).toEqual({ step: '12', text: 'κ "quoted"' });
    expect(Object.keys(read.tensors).sort()).toEqual(Object.keys(tensors).sort());
    for (const [name, { shape, data }] of Object.entries(tensors)) {
      expect(read.tensors[name].shape).toEqual(shape);
      const bits = (a: ArrayBufferView) => [...new Uint8Array(a.buffer, a.byteOffset, a.byteLength)];
      expect(bits(read.tensors[name].data)).toEqual(bits(data));
    }
  });

  it('writes the layout that the format describes', () => {
    const data = new Float32Array([1, 2, 3, 4, 5, 6]);
    const bytes = writeSafetensors({ tensors: { w: { shape: [2, 3], data } }, metadata: { a: 'b' } });
    const view = new DataView(bytes.buffer);
    const length = Number(view.getBigUint64(0, true));
    expect((8 + length) % 8).toBe(0);
    expect(bytes[8]).toBe('{'.charCodeAt(0));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    expect(header).toEqual({
      __metadata__: { a: 'b' },
      w: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
    });
    for (let i = 0; i < 6; i++) expect(view.getFloat32(8 + length + 4 * i, true)).toBe(i + 1);
    expect(bytes.length).toBe(8 + length + 24);
  });

  it('keeps hostile names apart from the object they are stored in', () => {
    const bytes = file('{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', [7]);
    const { tensors } = readSafetensors(bytes);
    expect(Object.keys(tensors)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(tensors)).toBe(Object.prototype);
  });

  it('says what is wrong with a bad file', () => {
    const entry = (over: object) => ({
      w: { dtype: 'F32', shape: [1], data_offsets: [0, 4], ...over },
    });
    const good = file(entry({}), [0, 0, 0, 0]);
    expect(() => readSafetensors(good)).not.toThrow();
    const cases: [Uint8Array, RegExp][] = [
      [new Uint8Array(3), /truncated/],
      [good.subarray(0, good.length - 1), /truncated/],
      [good.subarray(0, 12), /truncated/],
      [file('{"w":', []), /not JSON/],
      [file('[]'), /not a JSON object/],
      [file(entry({ dtype: 'BF16' }), [0, 0, 0, 0]), /dtype "BF16"/],
      [file(entry({ dtype: 'toString' }), [0, 0, 0, 0]), /dtype/],
      [file(entry({ shape: [-1] }), [0, 0, 0, 0]), /shape/],
      [file(entry({ shape: [2] }), [0, 0, 0, 0]), /needs 8 bytes/],
      [file(entry({ shape: [2 ** 52, 2 ** 52] }), [0, 0, 0, 0]), /needs/],
      [file(entry({ data_offsets: [0, 4, 8] }), [0, 0, 0, 0]), /data_offsets/],
      [file(entry({ data_offsets: [4, 8] }), [0, 0, 0, 0, 0, 0, 0, 0]), /begins at 4/],
      [file(entry({}), [0, 0, 0, 0, 9]), /follow the last/],
      [
        file({ ...entry({}), v: { dtype: 'F32', shape: [1], data_offsets: [2, 6] } }, [0, 0, 0, 0, 0, 0]),
        /begins at 2, expected 4/,
      ],
      [file({ __metadata__: { step: 3 } }), /not a string/],
    ];
    for (const [bytes, message] of cases) {
      expect(() => readSafetensors(bytes)).toThrow(FileError);
      expect(() => readSafetensors(bytes)).toThrow(message);
    }
    const huge = new Uint8Array(16);
    new DataView(huge.buffer).setBigUint64(0, 2n ** 63n, true);
    expect(() => readSafetensors(huge)).toThrow(/no safetensors file/);
  });

  it('refuses names that stand twice, whichever of them a reader would take', () => {
    const entry = '{"dtype":"U8","shape":[1],"data_offsets":[0,1]}';
    for (const [header, name] of [
      [`{"w":${entry},"w":${entry}}`, '"w"'],
      // the same name written in two ways
      [`{"w":${entry},"\\u0077":${entry}}`, '"w"'],
      [`{"w":{"dtype":"F64","dtype":"U8","shape":[1],"data_offsets":[0,1]}}`, '"dtype"'],
      [`{"__metadata__":{"step":"1","step":"2"},"w":${entry}}`, '"step"'],
      [`{"__metadata__":{},"w":${entry},"__metadata__":{}}`, '"__metadata__"'],
    ]) {
      expect(() => readSafetensors(file(header, [0]))).toThrow(
        new FileError(`readSafetensors: ${name} stands twice in the header`),
      );
    }
    // values and names of other objects may be equal
    const fine = `{"__metadata__":{"w":"w","dtype":"w: {"},"w":${entry}}`;
    expect(readSafetensors(file(fine, [0])).metadata).toEqual({ w: 'w', dtype: 'w: {' });
  });

  it('refuses texts that are not UTF-8 and ranges that share bytes', () => {
    const bytes = file('{"??":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', [0]);
    bytes.set([0xc3, 0x28], 10);
    expect(() => readSafetensors(bytes)).toThrow(/not UTF-8/);
    const range = (begin: number, end: number) => ({
      dtype: 'U8',
      shape: [end - begin],
      data_offsets: [begin, end],
    });
    const overlapping = (...ranges: [number, number][]) =>
      file(Object.fromEntries(ranges.map(([begin, end], i) => [`t${i}`, range(begin, end)])), [0, 1, 2, 3]);
    expect(() => readSafetensors(overlapping([0, 2], [2, 4]))).not.toThrow();
    for (const ranges of [
      [
        [0, 4],
        [0, 4],
      ],
      [
        [0, 4],
        [1, 3],
      ],
      [
        [0, 3],
        [2, 4],
      ],
      [
        [0, 2],
        [3, 4],
      ],
    ] as [number, number][][]) {
      expect(() => readSafetensors(overlapping(...ranges))).toThrow(/begins at .* expected/);
    }
    expect(() => readSafetensors(overlapping([0, 4], [4, 2 ** 40]))).toThrow(/truncated/);
  });

  it(`meets ${FUZZ_RUNS} damaged files with content or one sentence`, () => {
    const good = writeSafetensors({
      tensors: {
        'encoder.weight': { shape: [2, 3], data: new Float32Array(6) },
        index: { shape: [4], data: new Int32Array(4) },
        flag: { shape: [], data: new Uint8Array(1) },
      },
      metadata: { step: '3', identity: '{"a": [1, 2]}' },
    });
    const random = createRandom(17);
    let refused = 0;
    for (let run = 0; run < FUZZ_RUNS; run++) {
      const bytes = damaged(good, random);
      try {
        const { tensors } = readSafetensors(bytes);
        const total = Object.values(tensors).reduce((sum, { data }) => sum + data.byteLength, 0);
        expect(total).toBeLessThanOrEqual(bytes.length);
      } catch (error) {
        refused++;
        if (!(error instanceof FileError)) throw error;
        expect(error.message).not.toMatch(/\n/);
      }
    }
    expect(refused).toBeGreaterThan(FUZZ_RUNS / 2);
    expect(refused).toBeLessThan(FUZZ_RUNS);
  }, 3_600_000);

  it('meets any bytes with content or a FileError', () => {
    const good = writeSafetensors({
      tensors: {
        a: { shape: [4], data: new Float32Array(4) },
        b: { shape: [2, 1], data: new Int32Array(2) },
      },
      metadata: { k: 'v' },
    });
    const readable = (bytes: Uint8Array) => {
      try {
        readSafetensors(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(FileError);
      }
    };
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, value, length) => {
        const changed = good.slice();
        changed[at] = value;
        readable(changed);
        readable(changed.subarray(0, length));
      }),
      { numRuns: 500, seed: 1 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), readable), { numRuns: 300, seed: 2 });
  });
});
