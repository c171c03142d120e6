import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { builtinModules } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageFile } from '../common/package-file.js';
import { controlBoundary } from '../control/index.js';
import { cornerRemovedMeshes, generateMeshes, poissonTask } from '../datasets/index.js';
import { cornerRemovedSquare, generateMesh, type Mesh } from '../geometry/index.js';
import { encoderFeatureCounts, reducedBasis, ritzEnergy } from '../operators/index.js';
import { type PoissonProblem, solve } from '../solvers/index.js';
import { exportModel, openSurrogate, train } from '../training/index.js';
import { describeInBrowser, launchBrowser, openPage } from './browser/open-page.js';

const entries = [
  'geometry/index.js',
  'solvers/index.js',
  'runtime/index.js',
  'operators/index.js',
  'control/index.js',
  'training/inference.js',
];

/** Runs here, and as text in the page. */
function poissonProblem(mesh: Mesh): PoissonProblem {
  const boundaryConditions = Object.fromEntries(
    mesh.patches.map(({ name }) => [name, { type: 'dirichlet' as const, value: 0 }]),
  );
  return { mesh, source: ([x, y]) => Math.sin(x) + y, boundaryConditions };
}

/** A program of another package, so that `fieldsmith/…` goes through the package's `exports`. */
const PROGRAM = `
import { controlBoundary } from 'fieldsmith/control';
import { cornerRemovedSquare, generateMesh } from 'fieldsmith/geometry';
import { modelFromOnnx, openSurrogate } from 'fieldsmith/inference';
import { encoderFeatureCounts } from 'fieldsmith/operators';
import { compile, tf } from 'fieldsmith/runtime';
import { solve } from 'fieldsmith/solvers';

const problem = (${poissonProblem})(generateMesh(cornerRemovedSquare({ corners: 1, seed: 3 }), { cellCount: 120 }));
globalThis.solveOne = async () => {
  const { solution, relativeResidual } = await solve(problem, { relativeTolerance: 1e-10 });
  return { solution: [...solution], relativeResidual };
};
globalThis.controlOne = async () => {
  const patches = problem.mesh.patches[0].name;
  const controls = [{ patches, quantity: 'temperature', bounds: [-1, 1] }];
  const { verdict, parameters } = await controlBoundary(problem, { controls, objective: [{ kind: 'target', field: 1 }] });
  return { verdict, parameters: [...parameters] };
};
const wasmPaths = '/ort/';
globalThis.predictOne = async () => {
  const onnx = new Uint8Array(await (await fetch('/model.onnx')).arrayBuffer());
  const surrogate = await openSurrogate(modelFromOnnx(onnx), { device: 'wasm', wasmPaths });
  return [...(await surrogate.predict(problem))];
};
globalThis.slope = async (values) => {
  // the gradient of Σ x² is 2 x
  const slope = ({ x }) => ({ slope: tf.grad((each) => tf.sum(tf.square(each)))(x) });
  const compiled = await compile(slope, { x: { shape: ['n'], dtype: 'float32' } }, { wasmPaths });
  const result = await compiled.run({ x: { shape: [values.length], data: Float32Array.from(values) } });
  return [...result.slope.data];
};
globalThis.featureCounts = encoderFeatureCounts;
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fieldsmith-build-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(packageFile('.'), join(folder, 'node_modules', 'fieldsmith'), 'junction');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bundle = (options: BuildOptions) =>
  build({ bundle: true, format: 'esm', write: false, metafile: true, logLevel: 'silent', ...options });

/** The program and everything that it takes from the package, for a page. */
const bundleProgram = () =>
  bundle({
    stdin: { contents: PROGRAM, resolveDir: folder },
    platform: 'browser',
    // the package as an installed one: its own path, and its own TypeScript settings out of sight
    preserveSymlinks: true,
    tsconfigRaw: {},
  });

describe('the built package', () => {
  it.each(entries)('%s imports no Node built-in, neither itself nor through others', async (entry) => {
    const { metafile } = await bundle({
      entryPoints: [packageFile(`dist/${entry}`)],
      platform: 'node',
      packages: 'external',
    });
    const imports = Object.entries(metafile!.inputs).flatMap(([file, input]) =>
      input.imports.map(({ path }) => `${path} in ${basename(file)}`),
    );
    expect(imports.length).toBeGreaterThan(0);
    const builtIns = imports.filter((text) => {
      const name = text.split(' ')[0];
      return name.startsWith('node:') || builtinModules.includes(name);
    });
    expect(builtIns).toEqual([]);
  });

  it('bundles for the browser from its entry points', async () => {
    const { errors, warnings, metafile } = await bundleProgram();
    expect([...errors, ...warnings]).toEqual([]);
    const files = Object.keys(metafile!.inputs).map((file) => file.replaceAll('\\', '/'));
    for (const entry of entries) expect(files.some((file) => file.endsWith(`dist/${entry}`))).toBe(true);
  });

  it('gives TensorFlow.js a platform in Node', () => {
    const code = `
      import { tf } from '${pathToFileURL(packageFile('dist/runtime/index.js'))}';
      const bytes = tf.util.encodeString('κ∇u');
      console.log(JSON.stringify({
        name: tf.env().platformName,
        bytes: [...bytes],
        text: tf.util.decodeString(bytes),
        typed: [new Int32Array(1), [1]].map((value) => tf.util.isTypedArray(value)),
        moves: tf.util.now() <= performance.now(),
      }))`;
    const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
      encoding: 'utf8',
    });
    expect(JSON.parse(printed)).toEqual({
      name: 'web',
      bytes: [...Buffer.from('κ∇u')],
      text: 'κ∇u',
      typed: [true, false],
      moves: true,
    });
  });
});

describeInBrowser('the built package in a page', () => {
  let server: Server;
  let browser: Awaited<ReturnType<typeof launchBrowser>>;
  let opened: Awaited<ReturnType<typeof openPage>>;
  let expected: { solution: Float64Array; prediction: Float64Array };

  beforeAll(async () => {
    const meshes = await generateMeshes(
      cornerRemovedMeshes({ corners: 1, count: 2, seed: 5, cellCount: 100 }),
      { workers: 0 },
    );
    const encoder = {
      width: 16,
      blocks: 1,
      heads: 2,
      cellSlices: 8,
      faceSlices: 4,
      ...encoderFeatureCounts(2),
    };
    const run = await train(
      reducedBasis({ rank: 6, waveNumber: 0, encoder }),
      poissonTask({ meshes, sourcesPerSample: 2 }),
      { supervise: ritzEnergy(), out: join(folder, 'run'), steps: 2, batchSize: 2, workers: 0 },
    );
    const files = await exportModel(run);
    const problem = poissonProblem(
      generateMesh(cornerRemovedSquare({ corners: 1, seed: 3 }), { cellCount: 120 }),
    );
    const surrogate = await openSurrogate(files);
    expected = {
      solution: (await solve(problem, { relativeTolerance: 1e-10 })).solution,
      prediction: await surrogate.predict(problem),
    };
    await surrogate.dispose();
    const { outputFiles } = await bundleProgram();
    const pages: Record<string, [type: string, content: string | Uint8Array]> = {
      '/': [
        'text/html',
        '<!doctype html><link rel="icon" href="data:,"><script type="module" src="program.js"></script>',
      ],
      '/program.js': ['text/javascript', outputFiles![0].text],
      '/model.onnx': ['application/octet-stream', files.onnx],
    };
    server = createServer(({ url = '' }, response) => {
      const runtime = url.startsWith('/ort/')
        ? readFileSync(packageFile(`node_modules/onnxruntime-web/dist/${basename(url)}`))
        : undefined;
      const type = url.endsWith('.wasm') ? 'application/wasm' : 'text/javascript';
      const [contentType, content] = runtime ? [type, runtime] : (pages[url] ?? ['text/plain', '']);
      response.writeHead(content.length ? 200 : 404, { 'content-type': contentType }).end(content);
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    browser = await launchBrowser();
    opened = await openPage(browser, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  const inPage = <T>(expression: string): Promise<T> => opened.page.evaluate(expression) as Promise<T>;

  it('solves as in Node', async () => {
    const { solution, relativeResidual } = await inPage<{ solution: number[]; relativeResidual: number }>(
      'solveOne()',
    );
    expect(relativeResidual).toBeLessThanOrEqual(1e-10);
    expectClose(solution, expected.solution, 1e-8);
    expect(opened.complaints).toEqual([]);
  });

  it('plans a boundary temperature as in Node', async () => {
    const problem = poissonProblem(
      generateMesh(cornerRemovedSquare({ corners: 1, seed: 3 }), { cellCount: 120 }),
    );
    const { verdict, parameters } = await controlBoundary(problem, {
      controls: [{ patches: problem.mesh.patches[0].name, quantity: 'temperature', bounds: [-1, 1] }],
      objective: [{ kind: 'target', field: 1 }],
    });
    const found = await inPage<{ verdict: string; parameters: number[] }>('controlOne()');
    expect(found.verdict).toBe(verdict);
    expectClose(found.parameters, parameters, 1e-6);
  });

  it('compiles a gradient and runs it', async () => {
    expect(await inPage('slope([1, -2, 0.5])')).toEqual([2, -4, 1]);
    expect(await inPage('featureCounts(2)')).toEqual(encoderFeatureCounts(2));
  });

  it('opens a trained surrogate, which answers as in Node', async () => {
    expectClose(await inPage<number[]>('predictOne()'), expected.prediction, 1e-4);
    expect(opened.complaints).toEqual([]);
  });
});

function expectClose(found: ArrayLike<number>, expected: Float64Array, tolerance: number): void {
  expect(found.length).toBe(expected.length);
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const difference = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i])), 0);
  expect(difference).toBeLessThan(tolerance * largest);
}
