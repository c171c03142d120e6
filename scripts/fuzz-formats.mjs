// Reads damaged fixtures of every mesh format: node scripts/fuzz-formats.mjs [inputs] [seed]. The same inputs for the same
// seed. Exits with 1 if a read ended in anything but a result or an error of this package, hung, or memory ran away: the heap
// is limited, and array buffers are watched.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const [inputs = 120_000, seed = 1] = process.argv.slice(2).map(Number);
const folder = mkdtempSync('dist-fuzz-');
try {
  const outfile = join(folder, 'fuzz.mjs');
  await build({
    entryPoints: ['test/geometry/mutations.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'warning',
  });
  const { fuzz } = await import(pathToFileURL(outfile).href);
  const start = performance.now();
  let peak = 0;
  let count = 0;
  const report = fuzz(inputs, seed, 5000, () => {
    if (++count % 1000 === 0) {
      peak = Math.max(peak, process.memoryUsage().rss);
      process.stderr.write(`\r${count} of ${inputs}`);
    }
  });
  process.stderr.write('\n');
  const { failures, ...figures } = report;
  const seconds = Math.round((performance.now() - start) / 1000);
  console.log(
    JSON.stringify({
      seed,
      ...figures,
      failures: failures.length,
      seconds,
      peakMegabytes: Math.round(peak / 2 ** 20),
    }),
  );
  for (const failure of failures.slice(0, 20)) console.log(JSON.stringify(failure));
  process.exitCode = failures.length > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
