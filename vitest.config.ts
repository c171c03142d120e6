import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: 'fieldsmith/inference', replacement: `${root}training/inference.ts` },
      { find: /^fieldsmith\/(.*)$/, replacement: `${root}$1/index.ts` },
    ],
    // the ES module build of TensorFlow.js is the one whose gradients can be registered (runtime/tf.ts)
    mainFields: ['module', 'main'],
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['scripts/build-for-tests.ts'],
    server: { deps: { inline: [/@tensorflow/] } },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // ONNX Runtime sessions use every core themselves: test files share two of them better than more
    maxWorkers: 2,
  },
});
