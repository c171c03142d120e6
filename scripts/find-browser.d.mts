/** Path of an installed Chrome or Chromium, or undefined. */
export function findBrowser(): string | undefined;
