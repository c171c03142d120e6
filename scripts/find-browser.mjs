// Finds a Chrome or Chromium for the browser tests, or brings one: an installed one, else Playwright's download, else
// Debian's package where this process may install it. Without any, browser tests are skipped and say so.
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { argv, env, exit, getuid, platform, stderr, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const paths = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
    .filter((variable) => env[variable])
    .map((variable) => join(env[variable], 'Google', 'Chrome', 'Application', 'chrome.exe')),
};

/** Path of an installed browser: CHROME_PATH, one on the PATH, one at its usual place, Playwright's own; or undefined. */
export function findBrowser() {
  if (env.CHROME_PATH) return isProgram(env.CHROME_PATH) ? env.CHROME_PATH : undefined;
  const onPath = (env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .flatMap((folder) => names.map((name) => join(folder, name)));
  return [...onPath, ...(paths[platform] ?? []), ...playwrightDownload()].find(isProgram);
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A downloaded browser may lack system libraries. */
function starts(path) {
  try {
    execFileSync(path, ['--version'], { stdio: 'ignore', timeout: 30_000 });
    return true;
  } catch {
    return false;
  }
}

function playwrightDownload() {
  try {
    const { chromium } = createRequire(import.meta.url)('playwright-core');
    return [chromium.executablePath()].filter(starts);
  } catch {
    return [];
  }
}

function downloadWithPlaywright() {
  const cli = join(dirname(createRequire(import.meta.url).resolve('playwright-core/package.json')), 'cli.js');
  // a closed network may drop packets instead of refusing them
  run(process.execPath, [cli, 'install', 'chromium'], 300_000);
}

function installWithApt() {
  if (platform !== 'linux' || getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  run('apt-get', ['update', '-qq'], 120_000);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], 600_000);
}

function run(command, parameters, timeout) {
  stdout.write(`find-browser: ${command} ${parameters.join(' ')}\n`);
  execFileSync(command, parameters, {
    stdio: 'ignore',
    timeout,
    env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

function bringBrowser() {
  if (env.CHROME_PATH) return undefined;
  for (const bring of [downloadWithPlaywright, installWithApt]) {
    try {
      bring();
    } catch (error) {
      stderr.write(`find-browser: ${error.message.split('\n')[0]}\n`);
    }
    const found = findBrowser();
    if (found) return found;
  }
  return undefined;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const found = findBrowser() ?? bringBrowser();
  if (found) stdout.write(`find-browser: browser tests use ${found}\n`);
  else if (env.CHROME_PATH)
    stderr.write(`find-browser: CHROME_PATH=${env.CHROME_PATH} is no program; browser tests are SKIPPED\n`);
  else
    stderr.write(
      'find-browser: no Chrome or Chromium and none could be installed; browser tests are SKIPPED\n',
    );
  exit(0);
}
