/** Position of the first occurrence of an ASCII text at or after `from`, or -1. */
export function indexOfText(bytes: Uint8Array, text: string, from: number): number {
  for (let i = bytes.indexOf(text.charCodeAt(0), from); i >= 0; i = bytes.indexOf(text.charCodeAt(0), i + 1))
    if (startsWith(bytes, text, i)) return i;
  return -1;
}

/** Position of the last occurrence of an ASCII text at or after `from`, or -1. */
export function lastIndexOfText(bytes: Uint8Array, text: string, from: number): number {
  for (
    let i = bytes.lastIndexOf(text.charCodeAt(0));
    i >= from;
    i = i === 0 ? -1 : bytes.lastIndexOf(text.charCodeAt(0), i - 1)
  )
    if (startsWith(bytes, text, i)) return i;
  return -1;
}

export function startsWith(bytes: Uint8Array, text: string, at: number): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}
