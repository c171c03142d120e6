import { RESOLUTIONS } from './check-types.mjs';
import { BUDGET } from './package-budget.mjs';

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;

/** What was found, as docs/results/packaging.md. */
export function packagingTable({ command, rows, installations, bundles, hardware, date }) {
  const residual = (value) => value.toExponential(1);
  return `# The package, installed

\`${command}\`, ${date}, ${hardware}. Each row is an empty project into which the packed tarball was installed, from a cache of
its own (\`--ignore-scripts\`; why: [packaging.md](../packaging.md)); then every entry point was imported, \`fieldsmith solve\` run on a
problem of the package, and a program run that solves with a model of the package as its guess.

| Node | npm | installed in | says it is not for this Node | residual of the solve | of the guess |
|---|---|---|---|---|---|
${installations
  .map(
    ({ node, npm, seconds, warned, residual: solved, guess }) =>
      `| ${node} | ${npm} | ${seconds.toFixed(0)} s | ${warned.join(', ') || '–'} | ${residual(solved)} | ${guess.toFixed(2)} |`,
  )
  .join('\n')}

The seconds are mostly those of unpacking 590 MB of dependencies.

A page that makes a mesh, asks a model in WebAssembly and solves, bundled from such a project and opened in Chromium with the headers
of [packaging.md](../packaging.md):

| bundler | programs | residual | of the guess | cross-origin isolated |
|---|---|---|---|---|
${Object.entries(bundles)
  .map(([name, { bytes, found }]) =>
    found
      ? `| ${name} | ${megabytes(bytes)} | ${residual(found.residual)} | ${found.guess.toFixed(2)} | ${found.isolated ? 'yes' : 'no'} |`
      : `| ${name} | ${megabytes(bytes)} | no browser on this machine | | |`,
  )
  .join('\n')}

| check | found |
|---|---|
${rows.map(({ name, found }) => `| ${name} | ${found} |\n`).join('')}| budget | ${megabytes(BUDGET.packed)} packed, ${megabytes(BUDGET.unpacked)} unpacked |

Types are compiled with \`moduleResolution\` ${Object.keys(RESOLUTIONS).join(' and ')}, the package's declarations included.
`;
}
