import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as diffusionSorption from '../../examples/hard-constraints/diffusion-sorption.js';
import * as navierStokes from '../../examples/hard-constraints/navier-stokes.js';
import type { ConstraintRow } from '../../examples/hard-constraints/parts/rows.js';
import { readRows } from '../../examples/npsolver/parts/rows.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hard-constraints-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('experiments on hard constraints', { timeout: 120_000 }, () => {
  it('diffusion–sorption: a row for the solver and every method, once', async () => {
    const results = join(folder, 'sorption.json');
    const options = {
      out: join(folder, 'sorption'),
      results,
      steps: 2,
      samples: 1,
      trainingSamples: 3,
      referenceCells: 256,
      form: 'balances',
      extrapolate: 'yes',
    } as const;
    expect((await diffusionSorption.run({ ...options, only: 'soft' })).map(({ method }) => method)).toEqual([
      'soft',
    ]);
    const others = await diffusionSorption.run(options);
    expect(others.map(({ method }) => method)).toEqual(['solver', 'one-expert', 'four-experts', 'coupled']);
    expect(await diffusionSorption.run(options)).toEqual([]);
    const rows = readRows<ConstraintRow>(results);
    expect(rows).toHaveLength(5);
    const of = (method: string) => rows.find((row) => row.method === method)!;
    expect(of('solver').meanRelativeL2).toBeLessThan(0.01);
    // solved on all frames when it is asked, an untrained basis is already far better than none
    expect(of('coupled').meanRelativeL2).toBeLessThan(0.6);
    expect(of('coupled').variant).toBe('balances, trained to 400 s');
    expect(of('coupled').command).toContain('--form balances --extrapolate yes --only coupled --steps 2');
  });

  it('plane flow: coupled experts jump less where they meet', async () => {
    const results = join(folder, 'flow.json');
    const flow = { points: 12, frames: 6, viscosity: 0.02, referencePoints: 24 };
    const rows = await navierStokes.run({
      out: join(folder, 'flow'),
      results,
      steps: 2,
      samples: 1,
      trainingSamples: 2,
      ...flow,
    });
    const of = (method: string) => rows.find((row) => row.method === method)!;
    expect(of('solver').meanRelativeL2).toBeLessThan(1e-3);
    // solved or not, after as good as no training
    expect(of('coupled').residual!).toBeLessThan(0.9 * of('soft').residual!);
    expect(of('coupled').interfaceJump!).toBeLessThan(of('four-experts').interfaceJump!);
  });
});
