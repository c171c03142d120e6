import type { Page } from 'playwright-core';

/** A call that hands memory to the graphics card: its name in WebGL, and how many bytes of the page it takes. */
export interface Upload {
  readonly call: string;
  readonly bytes: number;
}

/** Notes every buffer and texture that a page uploads from now on; the answer gives those since it was asked last. */
export async function countUploads(page: Page): Promise<() => Promise<Upload[]>> {
  await page.evaluate(() => {
    const uploads: Upload[] = [];
    Object.assign(window, { uploads });
    const prototype = WebGL2RenderingContext.prototype as unknown as Record<
      string,
      (...all: unknown[]) => void
    >;
    for (const call of ['bufferData', 'bufferSubData', 'texImage2D', 'texSubImage2D', 'texStorage2D']) {
      const original = prototype[call];
      prototype[call] = function (...all) {
        const data = all.find((each) => ArrayBuffer.isView(each));
        uploads.push({ call, bytes: data?.byteLength ?? 0 });
        original.apply(this, all);
      };
    }
  });
  return () => page.evaluate(() => (window as unknown as { uploads: Upload[] }).uploads.splice(0));
}
