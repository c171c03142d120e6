import { describe, expect, test } from 'vitest';
import { InvalidInputError } from '../../common/errors.js';
import { CompileError, compileByShape, DisposedError, FeedError, tf } from '../../runtime/index.js';

/** Σ over rows, one by one: a loop over a size, which no named dimension allows. */
const sumOfRows = ({ x }: { x: tf.Tensor }) => ({ sum: tf.addN(tf.unstack(x)) });
const array = (rows: number, columns = 2) => ({
  shape: [rows, columns],
  data: Float32Array.from({ length: rows * columns }, (_, i) => i),
});
/** Column j of rows 0 … n−1 is 2i + j. */
const expected = (rows: number) => [rows * (rows - 1), rows * (rows - 1) + rows];

describe('compileByShape', () => {
  test('compiles once for each shape, also when called at the same time', async () => {
    let traces = 0;
    const compiled = compileByShape((inputs: { x: tf.Tensor }) => {
      traces++;
      return sumOfRows(inputs);
    });
    const results = await Promise.all([3, 5, 3, 5, 3].map((rows) => compiled.run({ x: array(rows) })));
    for (const [index, rows] of [3, 5, 3, 5, 3].entries())
      expect([...results[index].sum.data]).toEqual(expected(rows));
    expect(traces).toBe(2);
    expect(compiled.graphCount).toBe(2);
    await compiled.dispose();
  });

  test('frees the graph that was not used for longest', async () => {
    const traced: number[] = [];
    const compiled = compileByShape(
      (inputs: { x: tf.Tensor }) => {
        traced.push(inputs.x.shape[0]);
        return sumOfRows(inputs);
      },
      { maximumGraphs: 2 },
    );
    // at the time of 4, 3 was used last: 2 goes
    for (const rows of [2, 3, 2, 3, 4, 3, 2]) await compiled.run({ x: array(rows) });
    expect(traced).toEqual([2, 3, 4, 2]);
    expect(compiled.graphCount).toBe(2);
    // graphs that are pushed out while they run end their runs
    const results = await Promise.all([5, 6, 7, 8].map((rows) => compiled.run({ x: array(rows) })));
    for (const [index, rows] of [5, 6, 7, 8].entries())
      expect([...results[index].sum.data]).toEqual(expected(rows));
    await compiled.dispose();
  });

  test('types and order of the inputs: equal names and types are one graph', async () => {
    const compiled = compileByShape(({ a, b }: { a: tf.Tensor; b: tf.Tensor }) => ({
      c: tf.add(tf.cast(a, 'float32'), b),
    }));
    const b = { shape: [1], data: Float32Array.of(0.5) };
    await compiled.run({ a: { shape: [1], data: Float32Array.of(1) }, b });
    await compiled.run({ b, a: { shape: [1], data: Float32Array.of(1) } });
    expect(compiled.graphCount).toBe(1);
    const { c } = await compiled.run({ a: { shape: [1], data: Int32Array.of(2) }, b });
    expect(c.data[0]).toBe(2.5);
    expect(compiled.graphCount).toBe(2);
    // @ts-expect-error 64-bit floats are no type of a graph
    await expect(compiled.run({ a: { shape: [1], data: Float64Array.of(1) }, b })).rejects.toThrow(FeedError);
    await compiled.dispose();
  });

  test('a shape that cannot be compiled is refused each time and keeps nothing', async () => {
    const compiled = compileByShape(({ x }: { x: tf.Tensor }) => ({ y: tf.matMul(x, tf.ones([2, 2])) }));
    for (let i = 0; i < 2; i++) await expect(compiled.run({ x: array(2, 3) })).rejects.toThrow(CompileError);
    expect(compiled.graphCount).toBe(0);
    expect([...(await compiled.run({ x: array(1) })).y.data]).toEqual([1, 1]);
    await compiled.dispose();
  });

  test('after dispose it runs no more', async () => {
    const compiled = compileByShape(sumOfRows);
    const running = compiled.run({ x: array(4) });
    const disposed = compiled.dispose();
    expect([...(await running).sum.data]).toEqual(expected(4));
    await disposed;
    await compiled.dispose();
    await expect(compiled.run({ x: array(4) })).rejects.toThrow(DisposedError);
    expect(() => compileByShape(sumOfRows, { maximumGraphs: 0 })).toThrow(InvalidInputError);
  });
});
