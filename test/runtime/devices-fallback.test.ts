import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { FileError, InvalidInputError } from '../../common/errors.js';
import {
  checkDevice,
  createSession,
  type Device,
  exportOnnx,
  loadProbedModel,
  tf,
} from '../../runtime/index.js';
import { firstThatWorks } from '../../runtime/session.js';
import { bundleTest } from './bundle-test.js';
import { deviceEnvironment } from './device-environment.js';
import { openSine } from './probed-sine.js';

const bytes = exportOnnx(({ x }) => ({ y: tf.mul(x, 2) }), { x: { shape: ['n'], dtype: 'float32' } });
const array = (...values: number[]) => ({ shape: [values.length], data: Float32Array.from(values) });

describe('devices', () => {
  test('the CPU works, and its product is right', async () => {
    expect(await checkDevice('cpu')).toMatchObject({ device: 'cpu', works: true });
  });

  test('auto opens a device of this machine that works', async () => {
    const session = await createSession(bytes, { device: 'auto' });
    expect((await checkDevice(session.device)).works).toBe(true);
    await session.dispose();
  });

  test('a device of the other platform is refused by name', async () => {
    await expect(createSession(bytes, { device: 'wasm' })).rejects.toThrow(InvalidInputError);
    await expect(checkDevice('tpu' as Device)).rejects.toThrow(/one of cuda, webgpu, cpu here, got tpu/);
  });

  test('a device that is missing is named with the reason when nothing else is allowed', async () => {
    const { works, reason } = await checkDevice('cuda');
    if (works) return;
    await expect(createSession(bytes, { device: 'cuda' })).rejects.toThrow(reason);
  });
});

describe('loadProbedModel', () => {
  test('goes on with the CPU where no other device works, and says so', async () => {
    const { device, messages } = await openSine('cuda', 1);
    if ((await checkDevice('cuda')).works) return expect(messages).toEqual([]);
    expect(messages[0]).toMatch(/cuda.*provider missing.*going on with webgpu instead of cuda/s);
    expect(device).toBe(messages.length === 1 ? 'webgpu' : 'cpu');
  });

  test('a wrong probe is refused on the last device', async () => {
    const probe = { inputs: { x: array(1, 2) }, outputs: { y: array(2, 4.1) } };
    await expect(loadProbedModel(bytes, probe)).rejects.toThrow(FileError);
    await expect(loadProbedModel(bytes, probe)).rejects.toThrow(
      /on cpu the probe's output differs by 2\.4e-2/,
    );
  });

  test('the last error is thrown when every device fails', async () => {
    const messages: string[] = [];
    const open = (device: Device) => Promise.reject(new Error(`${device} is broken`));
    const options = { onFallback: (message: string) => messages.push(message) };
    await expect(firstThatWorks(['webgpu', 'cpu'], options, open)).rejects.toThrow('cpu is broken');
    expect(messages).toEqual(['webgpu is broken; going on with cpu instead of webgpu']);
  });

  test.skipIf(!deviceEnvironment)('leaves a graphics card that answers wrongly for the CPU', async () => {
    const script = await bundleTest('test/runtime/probed-sine-main.ts', 'node');
    const { stdout } = await promisify(execFile)(process.execPath, [script], { env: deviceEnvironment });
    const [small, large] = JSON.parse(stdout) as { device: string; messages: string[] }[];
    expect(small).toEqual({ device: 'webgpu', messages: [] });
    expect(large.device).toBe('cpu');
    expect(large.messages).toHaveLength(1);
    expect(large.messages[0]).toMatch(
      /on webgpu the probe's output differs.*going on with cpu instead of webgpu/s,
    );
  });
});
