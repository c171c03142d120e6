import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { env } from 'node:process';

/** Folder of a Chromium that brings SwiftShader, a Vulkan device in software, and a Vulkan loader. */
const folder = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'].find((path) =>
  existsSync(join(path, 'vk_swiftshader_icd.json')),
);

/**
 * Environment of a process whose WebGPU runs on SwiftShader, or undefined where there is none. The loader and Dawn read
 * it when the process starts, so the tests of WebGPU in Node run in child processes.
 */
export const deviceEnvironment: NodeJS.ProcessEnv | undefined =
  folder === undefined
    ? undefined
    : {
        ...env,
        VK_ICD_FILENAMES: join(folder, 'vk_swiftshader_icd.json'),
        LD_LIBRARY_PATH: [env.LD_LIBRARY_PATH, folder].filter(Boolean).join(delimiter),
        XDG_RUNTIME_DIR: env.XDG_RUNTIME_DIR ?? mkdtempSync(join(tmpdir(), 'fieldsmith-xdg-')),
      };
