/** Text of a file for an error message: short, on one line and printable. */
export function excerpt(text: string | undefined, length = 60): string {
  return String(text)
    .slice(0, length)
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
}
