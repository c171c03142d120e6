// The charts of common/line-chart.ts for scripts that run on the sources.
import { build } from 'esbuild';

const { outputFiles } = await build({
  entryPoints: ['common/line-chart.ts'],
  bundle: true,
  write: false,
  format: 'esm',
});
export const { lineCharts } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`
);
