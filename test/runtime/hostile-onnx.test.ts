import { describe, expect, test } from 'vitest';
import { FileError } from '../../common/errors.js';
import { createRandom } from '../../common/random.js';
import { exportOnnx, linear, loadModel, readOnnx, tf } from '../../runtime/index.js';
import {
  concatBytes,
  messageField,
  numberField,
  type Part,
  textField,
  varint,
} from '../../runtime/onnx/wire.js';
import { damaged, FUZZ_RUNS } from '../hostile-bytes.js';

const parameters = { weight: { shape: [3, 2], values: Float32Array.of(1, 2, 3, 4, 5, 6) } };
const specs = { x: { shape: ['cells', 3], dtype: 'float32' } } as const;
const good = exportOnnx(({ x }, { weight }) => ({ y: tf.tanh(linear(x, weight)) }), specs, {
  parameters,
  metadata: { card: '{"units": "K"}' },
});

/** Border of a model y = f(x), two floats. */
const border = (field: number, name: string): Part =>
  messageField(field, [
    textField(1, name),
    messageField(2, [
      messageField(1, [numberField(1, 1), messageField(2, [messageField(1, [numberField(1, 2)])])]),
    ]),
  ]);
const model = (graph: Part[], extra: Part[] = []): Uint8Array =>
  concatBytes([
    numberField(1, 8),
    messageField(7, [...graph, textField(2, 'g'), border(11, 'x'), border(12, 'y')]),
    messageField(8, [textField(1, ''), numberField(2, 18)]),
    ...extra,
  ]);
const node = (op: string, inputs: string[], outputs: string[], attributes: Part[] = []): Part =>
  messageField(1, [
    ...inputs.map((name) => textField(1, name)),
    ...outputs.map((name) => textField(2, name)),
    textField(4, op),
    ...attributes,
  ]);
const external = (path: string): Part[] => [
  numberField(1, 2),
  numberField(2, 1),
  textField(8, 'secret'),
  messageField(13, [textField(1, 'location'), textField(2, path)]),
  numberField(14, 1),
];
/** An attribute that holds a tensor (field 5) or a graph (field 6). */
const attribute = (name: string, field: number, content: Part[], type: number): Part =>
  messageField(5, [textField(1, name), messageField(field, content), numberField(20, type)]);
const add = node('Add', ['x', 'w'], ['y']);

describe('hostile ONNX files are refused', () => {
  const paths = ['../../../../etc/passwd', '/etc/passwd', 'C:\\secret', 'weights.bin', '..%2fsecret', ''];
  test.each(paths)('values in another file: %s', async (path) => {
    const places = {
      initializer: model([messageField(5, external(path)), add]),
      constant: model([node('Constant', [], ['w'], [attribute('value', 5, external(path), 4)]), add]),
      'list of tensors': model([
        node('Custom', [], ['w'], [attribute('values', 10, external(path), 9)]),
        add,
      ]),
      'graph within a graph': model([
        node('If', ['x'], ['w'], [attribute('then_branch', 6, [messageField(5, external(path))], 5)]),
        add,
      ]),
      'sparse initializer': model([messageField(15, [messageField(1, external(path))]), add]),
      function: model(
        [add],
        [
          messageField(25, [
            textField(1, 'f'),
            messageField(7, [textField(4, 'Constant'), attribute('value', 5, external(path), 4)]),
          ]),
        ],
      ),
      'training information': model(
        [add],
        [messageField(20, [messageField(1, [messageField(5, external(path))])])],
      ),
    };
    for (const [place, bytes] of Object.entries(places)) {
      expect(() => readOnnx(bytes), place).toThrow(FileError);
      expect(() => readOnnx(bytes), place).toThrow(/the values of "secret" lie in another file/);
      await expect(loadModel(bytes), place).rejects.toThrow(FileError);
    }
  });

  test('tensors that state more values than they hold', () => {
    const tensor = (dims: (number | bigint)[], raw: number, type = 1) =>
      model([
        messageField(5, [
          ...dims.map((size) => numberField(1, size)),
          numberField(2, type),
          textField(8, 'w'),
          messageField(9, [new Uint8Array(raw)]),
        ]),
        add,
      ]);
    expect(() => readOnnx(tensor([2], 8))).not.toThrow();
    for (const bytes of [
      tensor([2 ** 40], 8),
      tensor([2 ** 31, 2 ** 31, 2 ** 31], 8),
      tensor([2n ** 63n], 8),
      tensor([-2], 8),
      tensor([3], 8),
      tensor([1], 8),
      tensor([2], 8, 11),
      // a type that is not known, with no more than its name
      model([messageField(5, [numberField(1, 10 ** 9), numberField(2, 99), textField(8, 'w')]), add]),
      // the sizes as one packed list
      model([
        messageField(5, [messageField(1, [varint(2 ** 40)]), numberField(2, 1), textField(8, 'w')]),
        add,
      ]),
    ]) {
      expect(() => readOnnx(bytes)).toThrow(FileError);
      expect(() => readOnnx(bytes)).toThrow(/"w" states .* values and holds .* bytes/);
    }
  });

  test('lengths past the end, broken numbers and texts', () => {
    const cases: [number[], RegExp][] = [
      [[0x3a, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10], /a field of 11529215\d+ bytes/],
      [[0x3a, 0xff], /ends within a number/],
      [[0x08, ...Array(11).fill(0xff)], /more than ten bytes/],
      [[0x3b], /unknown wire type 3/],
      [[0x00, 0x00], /number 0/],
      [[], /0 graphs/],
      [[0x3a, 0x00, 0x3a, 0x00], /2 graphs/],
    ];
    for (const [bytes, message] of cases) expect(() => readOnnx(Uint8Array.from(bytes))).toThrow(message);
    const bad = model(
      [add],
      [messageField(14, [messageField(1, [Uint8Array.of(0xc3, 0x28)]), textField(2, '')])],
    );
    expect(() => readOnnx(bad)).toThrow(/not UTF-8/);
    for (let length = 0; length < good.length; length++) {
      // a cut between two fields behind the graph leaves a complete message
      const cut = () => readOnnx(good.subarray(0, length));
      try {
        cut();
      } catch (error) {
        expect(error).toBeInstanceOf(FileError);
      }
    }
  });

  test('names: two the same, none, and those of prototypes', async () => {
    expect(() => readOnnx(model([add, border(11, 'x')]))).toThrow(/two inputs "x"/);
    expect(() => readOnnx(model([add, border(12, '')]))).toThrow(/an output without a name/);
    const proto = concatBytes([
      numberField(1, 8),
      messageField(7, [
        node('Neg', ['__proto__'], ['y']),
        textField(2, 'g'),
        border(11, '__proto__'),
        border(12, 'y'),
      ]),
      messageField(8, [textField(1, ''), numberField(2, 18)]),
    ]);
    const loaded = await loadModel(proto);
    await expect(loaded.run({})).rejects.toThrow(/input __proto__ \[2\] is missing/);
    await loaded.dispose();
  });

  test('graphs that have no order, no end or no bottom', async () => {
    const cycle = model([
      node('Add', ['x', 'b'], ['a']),
      node('Neg', ['a'], ['b']),
      node('Neg', ['b'], ['y']),
    ]);
    await expect(loadModel(cycle)).rejects.toThrow(FileError);
    await expect(loadModel(model([node('Neg', ['nowhere'], ['y'])]))).rejects.toThrow(FileError);
    await expect(loadModel(model([node('NoSuchOperator', ['x'], ['y'])]))).rejects.toThrow(FileError);
    let nested: Part[] = [add];
    for (let depth = 0; depth < 200; depth++)
      nested = [node('If', ['x'], ['y'], [attribute('then_branch', 6, nested, 5)])];
    expect(() => readOnnx(model(nested))).toThrow(/nested 17 deep/);
    // half a million fields without content are read without keeping them
    const many = new Uint8Array(1_000_000);
    for (let i = 0; i < many.length; i += 2) many.set([0x2a, 0x00], i);
    expect(() => readOnnx(model([messageField(1, [many]), add]))).not.toThrow();
    const inputs = Array.from({ length: 100_001 }, (_, i) => messageField(11, [textField(1, `i${i}`)]));
    expect(() => readOnnx(model([add, ...inputs]))).toThrow(/more than 100000/);
  });

  test(`${FUZZ_RUNS} damaged files are read or refused`, () => {
    const random = createRandom(31);
    const rich = model([
      messageField(5, [
        numberField(1, 2),
        numberField(2, 1),
        textField(8, 'w'),
        messageField(9, [new Uint8Array(8)]),
      ]),
      node(
        'If',
        ['x'],
        ['z'],
        [attribute('then_branch', 6, [add, messageField(5, external('a'))].slice(0, 1), 5)],
      ),
      add,
    ]);
    let refused = 0;
    for (let run = 0; run < FUZZ_RUNS; run++) {
      const bytes = damaged(run % 2 ? good : rich, random);
      try {
        const { inputs, outputs } = readOnnx(bytes);
        expect(inputs.length + outputs.length).toBeLessThan(bytes.length);
      } catch (error) {
        refused++;
        if (!(error instanceof FileError)) throw error;
        expect(error.message).not.toMatch(/\n/);
      }
    }
    // most damage is noticed, and some, as in weights and texts, cannot be
    expect(refused).toBeGreaterThan(FUZZ_RUNS / 4);
    expect(refused).toBeLessThan(FUZZ_RUNS);
  }, 3_600_000);
});
