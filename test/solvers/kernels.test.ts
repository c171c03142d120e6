import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { packageFile } from '../../common/package-file.js';
import { compileKernels, kernelModules } from '../../scripts/compile-kernels.mjs';

describe('WebAssembly kernels', () => {
  it.each(kernelModules())('%s: the committed bytes are what the sources compile to', async (name) => {
    const committed = readFileSync(packageFile(`solvers/kernels/compiled/${name}.ts`), 'utf8');
    expect(committed, 'run node scripts/compile-kernels.mjs').toBe(await compileKernels(name));
  });

  it.each(kernelModules())('%s is valid and small, as every bundle carries it', async (name) => {
    const { default: base64 } = await import(`../../solvers/kernels/compiled/${name}.ts`);
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    expect(WebAssembly.validate(bytes)).toBe(true);
    expect(bytes.length).toBeLessThan(8192);
  });
});
