import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportConstrained, openConstrained } from '../../training/index.js';
import {
  fieldOf,
  inputs,
  massDefect,
  operator,
  parameters,
  sampleOf,
  specs,
} from '../training/constrained/burgers-case.js';
import { describeInBrowser } from './open-page.js';
import { openRuntimePage, type RuntimePage } from './runtime-page.js';

describeInBrowser('an operator with a constraint in a browser', () => {
  let opened: RuntimePage;
  beforeAll(async () => {
    opened = await openRuntimePage('test/browser/constrained-page.ts');
  });
  afterAll(() => opened?.close());

  test('solves there as in Node, with the mass exact in every frame', async () => {
    const onnx = await exportConstrained(operator, parameters, {
      specs,
      inputs,
      probe: { field: fieldOf(6, 12, [0.5]) },
    });
    const file = Buffer.from(onnx).toString('base64');
    await using model = await openConstrained(onnx);
    for (const height of [0.3, 0.8]) {
      const field = fieldOf(6, 12, [height]);
      const sample = sampleOf(12, height);
      const [expected] = await model.predict({ field }, [sample]);
      const question = [field.shape, [...field.data], [...sample.initial]]
        .map((part) => JSON.stringify(part))
        .join(', ');
      const there = (await opened.page.evaluate(`answers('${file}', ${question})`)) as {
        field: number[];
        status: string;
      };
      expect(there.status).toBe('converged');
      const found = Float64Array.from(there.field);
      expect(massDefect(found, 12, sample.initial)).toBeLessThan(1e-14);
      expect(massDefect(expected.field, 12, sample.initial)).toBeLessThan(1e-14);
      // the basis is float32, and rounded otherwise there
      const apart = found.map((value, at) => Math.abs(value - expected.field[at]));
      expect(Math.max(...apart)).toBeLessThan(1e-4);
    }
  });
});
