import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pretrainedNames } from '../../../training/pretrained.js';
import { type ServedViewer, serveViewer } from '../../../viewer/server.js';

describe('what the viewer’s server has for a surrogate', () => {
  let viewer: ServedViewer;
  beforeAll(async () => {
    viewer = await serveViewer();
  });
  afterAll(() => viewer.close());
  const get = (path: string) => fetch(`${viewer.url}application/${path}`);

  it('names the models of the package and gives their files', async () => {
    const names: string[] = await (await get('pretrained/names.json')).json();
    expect(names).toEqual(pretrainedNames());
    for (const name of names) {
      const response = await get(`pretrained/${name}/model.onnx`);
      expect(response.status).toBe(200);
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(100_000);
    }
  });

  it('gives ONNX Runtime as the installed package has it, with the type that browsers compile while loading', async () => {
    const wasm = await get('onnxruntime/ort-wasm-simd-threaded.asyncify.wasm');
    expect(wasm.headers.get('content-type')).toBe('application/wasm');
    expect(wasm.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
    const bytes = new Uint8Array(await wasm.arrayBuffer());
    expect(String.fromCharCode(...bytes.subarray(1, 4))).toBe('asm');
    const glue = await get('onnxruntime/ort-wasm-simd-threaded.asyncify.mjs');
    expect(glue.headers.get('content-type')).toMatch(/^text\/javascript/);
  });

  it('gives nothing else of those folders', async () => {
    for (const path of [
      'pretrained/none/model.onnx',
      'pretrained/..%2fpackage.json',
      'onnxruntime/%2e%2e/package.json',
    ])
      expect((await get(path)).status, path).toBeGreaterThanOrEqual(400);
  });
});
