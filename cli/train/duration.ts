const UNITS = { s: 1, m: 60, h: 3600 } as const;

/** Seconds of "90s", "5m" or "1.5h"; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([smh])$/.exec(text.trim());
  if (!match) return undefined;
  const seconds = Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
  return seconds > 0 ? seconds : undefined;
}
