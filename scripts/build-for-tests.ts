import { execFileSync } from 'node:child_process';

/** Worker threads and child processes run the built package: build it once before the tests. */
export default function setup(): void {
  execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
}
