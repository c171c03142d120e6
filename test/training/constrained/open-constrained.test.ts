import { describe, expect, it } from 'vitest';
import { constrained } from '../../../operators/index.js';
import { exportOnnx } from '../../../runtime/index.js';
import { exportConstrained, openConstrained } from '../../../training/index.js';
import {
  family,
  fieldOf,
  inputs,
  massDefect,
  network,
  operator,
  parameters,
  sampleOf,
  specs,
} from './burgers-case.js';

describe('exportConstrained and openConstrained', () => {
  it('solve after export as before, at any resolution and with other samples, with exact mass', async () => {
    const probe = { field: fieldOf(6, 12, [0.5]) };
    const onnx = await exportConstrained(operator, parameters, { specs, inputs, probe });
    await using model = await openConstrained(onnx);
    expect(model.card.constraint.name).toBe('burgers-space-time');
    const heights = [0.4, 0.9];
    const coarse = heights.map((height) => sampleOf(12, height));
    const [low, high] = await model.predict({ field: fieldOf(6, 12, heights) }, coarse);
    [low, high].forEach(({ field, diagnostics }, at) => {
      expect(diagnostics[0].status).toBe('converged');
      expect(massDefect(field, 12, coarse[at].initial)).toBeLessThan(1e-14);
      expect(field.slice(0, 12)).toEqual(coarse[at].initial);
    });
    const fine = [sampleOf(24, 0.9)];
    const [finer] = await model.predict({ field: fieldOf(11, 24, [0.9]) }, fine, {
      constraint: { points: 24, frames: 11, interval: 0.025 },
      solve: { samples: 'all', experts: [1, 3] },
    });
    expect(finer.field).toHaveLength(11 * 24);
    expect(finer.diagnostics[0].rows).toBe(10 * 24);
    expect(massDefect(finer.field, 24, fine[0].initial)).toBeLessThan(1e-14);
  });

  it('refuses other files, other samples, and constraints that a file cannot name', async () => {
    const probe = { field: fieldOf(6, 12, [0.5]) };
    const bare = exportOnnx(
      (tensors, weights) => ({ basis: operator.basis(weights, inputs(tensors)) }),
      specs,
      { parameters },
    );
    await expect(openConstrained(bare)).rejects.toThrow(/no constraint in its metadata/);
    const own = constrained(network, { ...family, name: 'my-own' });
    await expect(exportConstrained(own, parameters, { specs, inputs, probe })).rejects.toThrow(
      /'my-own' is not one that a file can name/,
    );
    await using model = await openConstrained(
      await exportConstrained(operator, parameters, { specs, inputs, probe }),
    );
    await expect(model.predict(probe, [])).rejects.toThrow(/one sample for each of the 1 members/);
  });
});
